import { describe, expect, it } from 'vitest';

import { VERSION } from '../../src/config/version.ts';
import { clockVariables } from '../clock/moves.ts';
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

describe('the version of Node', { timeout: 60_000 }, () => {
  const SILENCE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  /** Runs as if on that version, also as far as the SDK looks. */
  const on = (version: string, environment: Record<string, string>) => {
    const pretend = `Object.defineProperty(process, 'version', { value: '${version}' })`;
    const preload = `--import data:text/javascript,${encodeURIComponent(pretend)}`;
    const { NODE_OPTIONS = '' } = clockVariables();
    return keysweep(['--version'], { NODE_OPTIONS: `${NODE_OPTIONS} ${preload}`, ...environment });
  };
  const warning = 'Node v20.19.0 gets no security fixes. Use Node 22 or newer: keysweep 1.0 needs it.\n';

  it.each([
    ['v20.19.0', '', warning],
    ['v20.19.0', 'true', ''],
    ['v22.0.0', '', ''],
    ['v24.22.3', '', ''],
  ])(
    '%s, with the warning of the SDK disabled by "%s", leaves on stderr: %s',
    async (version, silenced, stderr) => {
      const ended = await on(version, { [SILENCE]: silenced });
      expect(ended).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr });
    },
  );
});
