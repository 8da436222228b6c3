import { afterEach, beforeEach, describe, expect, it as test } from 'vitest';

import { callLine, commandFirst, useGlobals } from '../../src/commands/global-options.ts';
import { keysweepProgram } from '../../src/commands/keysweep.ts';
import { PLAIN } from '../../src/report/style.ts';
import { it } from '../support/workspace.ts';

const ignore = (): void => undefined;
const program = keysweepProgram(
  {
    print: ignore,
    say: ignore,
    style: PLAIN,
    messageStyle: PLAIN,
    progress: ignore,
    endProgress: ignore,
    interactive: false,
  },
  ignore,
);

describe('options before the command', () => {
  test.each([
    ['plan --all', 'plan --all'],
    ['--all plan', 'plan --all'],
    ['--debug --config plan sweep --apply', 'sweep --debug --config plan --apply'],
    ['-c a.json --profile audit plan', 'plan -c a.json --profile audit'],
    ['--color never help plan', 'help --color never plan'],
    ['--help', '--help'],
    ['', ''],
  ])('of "%s" move behind it: "%s"', (typed, expected) => {
    const words = typed.split(' ').filter((word) => word !== '');
    expect(commandFirst(words, program).join(' ')).toBe(expected);
  });

  it('work as those behind it', async ({ open }) => {
    const { run } = await open();
    const behind = await run('accounts --json');
    expect(behind.code).toBe(0);
    expect(await run('--json accounts')).toEqual(behind);
  });
});

describe('--debug', () => {
  it('prints every call on stderr, and no secret', async ({ open }) => {
    const { run, sandbox } = await open();
    const { code, stdout, stderr } = await run('plan --debug --json');
    expect(code).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    const lines = stderr.split('\n').filter((line) => line.startsWith('debug  '));
    expect(lines).toHaveLength(sandbox.calls.all.filter(({ service }) => service !== 's3').length);
    expect(lines).toContainEqual(
      expect.stringMatching(/^debug {2}sts:AssumeRole {2}100000000001 {2}200 {2}1 attempt, \d+ ms {2}\S+$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^debug {2}iam:ListAccessKeys {2}100000000001 {2}200/),
    );
    expect(stderr).not.toMatch(/secret|token|AKIA|ASIA/i);
  });

  it('says that a call was tried again, and what AWS answered', async ({ open }) => {
    const { run, sandbox } = await open();
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', kind: 'throttle', occurrence: 1 });
    expect((await run('plan --debug')).stderr).toMatch(/iam:GetGroup {2}\d{12} {2}200 {2}2 attempts, /);
  });

  test('shows a call without an answer', () => {
    const call = { call: 'iam:GetGroup', account: '111122223333', attempts: 3, milliseconds: 9 };
    const unanswered = { ...call, status: undefined, error: 'TimeoutError', requestId: undefined };
    expect(callLine(unanswered)).toBe(
      'debug  iam:GetGroup  111122223333  no answer TimeoutError  3 attempts, 9 ms',
    );
  });
});

describe('the variables that other libraries read', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of ['AWS_PROFILE', 'NO_COLOR', 'FORCE_COLOR']) Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => {
    for (const name of ['AWS_PROFILE', 'NO_COLOR', 'FORCE_COLOR']) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });

  test('are set by --profile and --color, which win', () => {
    process.env['NO_COLOR'] = '1';
    useGlobals({ profile: 'audit', color: 'always' });
    expect(process.env).toMatchObject({ AWS_PROFILE: 'audit', FORCE_COLOR: '1' });
    expect(process.env).not.toHaveProperty('NO_COLOR');
    useGlobals({ color: 'never' });
    expect(process.env).toMatchObject({ FORCE_COLOR: '0' });
  });

  test('are left alone otherwise', () => {
    process.env['FORCE_COLOR'] = '1';
    useGlobals({ color: 'auto' });
    expect(process.env['FORCE_COLOR']).toBe('1');
    expect(process.env).not.toHaveProperty('AWS_PROFILE');
  });
});
