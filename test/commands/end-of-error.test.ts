import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';

import { CallFailedError } from '../../src/aws/errors.ts';
import { endOfError } from '../../src/commands/exit-code.ts';
import { UsageError } from '../../src/commands/errors.ts';
import { UnreadableLedgerError } from '../../src/ledger/errors.ts';

const refused = (code: string) => Object.assign(new Error(`${code}: no, mkdir '/x'`), { code });

describe('a command that threw', () => {
  it.each<[string, unknown, number, RegExp]>([
    ['bad usage', new UsageError('Add --yes.'), 2, /^Add --yes\.$/],
    [
      'an unreadable ledger',
      new UnreadableLedgerError('x is not valid JSON'),
      1,
      /^x is not valid JSON\n.*earlier version.*$/,
    ],
    [
      'a path that is not a folder',
      refused('ENOTDIR'),
      1,
      /^ENOTDIR: no, mkdir '\/x'\nPart of this path is a file.*--ledger/,
    ],
    ['a folder without permission', refused('EACCES'), 1, /\nChoose a location .*--ledger/],
    ['a full disk', refused('ENOSPC'), 1, /\nThe disk is full\./],
    ['a port in use', refused('EADDRINUSE'), 1, /\nAnother program uses this port\. .*--port/],
    ['another refusal of this machine', refused('EMFILE'), 1, /^Error: EMFILE: no, mkdir '\/x'$/],
    ['a defect', new TypeError('x is not a function'), 1, /^TypeError: x is not a function$/],
    ['something that is not an error', 'stop', 1, /^stop$/],
  ])('exits and explains: %s', (_, error, exitCode, message) => {
    const end = endOfError(error);
    expect(end.exitCode).toBe(exitCode);
    expect(end.message).toMatch(message);
  });

  it('says on a new line what to do about a call that failed', () => {
    const failure = { kind: 'denied', call: 'organizations:ListAccounts', code: 'AccessDenied' } as const;
    const { message } = endOfError(new CallFailedError({ ...failure, message: 'no' }));
    expect(message).toMatch(/^organizations:ListAccounts: AccessDenied: no\nRun keysweep in the management/);
  });

  it.each<[unknown, string | null]>([
    [new UsageError('x'), 'USAGE_INVALID'],
    [new UnreadableLedgerError('x'), 'LEDGER_UNREADABLE'],
    [refused('ENOSPC'), null],
    [new TypeError('x'), null],
  ])('has its code: %o', (error, code) => {
    expect(endOfError(error).code).toBe(code);
  });

  it('was used badly, if commander says so', () => {
    expect(endOfError(new CommanderError(0, 'commander.help', '')).exitCode).toBe(0);
    const unknown = new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'");
    const end = { exitCode: 2, code: 'USAGE_INVALID', message: "unknown option '--x'" };
    expect(endOfError(unknown)).toEqual(end);
  });
});
