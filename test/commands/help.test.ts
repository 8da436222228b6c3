import { describe, expect, it } from 'vitest';

import { keysweep } from '../support/keysweep-process.ts';
import { typeCommand } from '../support/type-command.ts';

const EXIT_CODES =
  'Exit codes: 0 ok, 1 incomplete or failed, 2 bad usage or configuration, ' +
  '3 stopped by a limit, 4 cancelled,\n5 ok and keys are due, with --detailed-exitcode.';
/** In the order of the help: those of the first day on top. */
const COMMANDS = [
  'init',
  'doctor',
  'plan',
  'accounts',
  'sweep',
  'apply',
  'undo',
  'holds',
  'whose',
  'revoke',
  'synth',
  'deploy',
  'destroy',
  'inventory',
  'runs',
  'show',
  'report',
  'diff',
  'verify',
  'demo',
  'sandbox',
  'completion',
];

describe('--help', { timeout: 60_000 }, () => {
  it('lists every command and the exit codes in a real process', async () => {
    const { code, stdout, stderr } = await keysweep(['--help'], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = stdout.slice(stdout.indexOf('First day:')).matchAll(/^ {2}(\w+)/gm);
    expect([...listed].map(([, name]) => name)).toEqual(COMMANDS);
    expect(stdout.trimEnd().endsWith(EXIT_CODES)).toBe(true);
  });

  it.for(COMMANDS)('of %s shows an example and the exit codes', async (command) => {
    const { code, stdout, stderr } = await typeCommand([command, '--help'], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Examples?:\\n  keysweep .*\\b${command}\\b`, 'm'));
    expect(stdout.trimEnd().endsWith(EXIT_CODES)).toBe(true);
  });
});

describe('help', () => {
  it('of a command is the same as its --help', async () => {
    expect(await typeCommand(['help', 'plan'], {})).toEqual(await typeCommand(['plan', '--help'], {}));
    expect(await typeCommand(['help'], {})).toEqual(await typeCommand(['--help'], {}));
  });

  it('of a command that does not exist is an error with the nearest', async () => {
    const { code, stdout, stderr } = await typeCommand(['help', 'plna'], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Did you mean plan?');
  });
});
