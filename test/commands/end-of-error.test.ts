import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';

import { CallFailedError } from '../../src/aws/errors.ts';
import { endOfError } from '../../src/commands/exit-code.ts';
import { UsageError } from '../../src/commands/errors.ts';
import { UnreadableLedgerError } from '../../src/ledger/errors.ts';

const refused = (code: string) => Object.assign(new Error(`${code}: no, mkdir '/x'`), { code });

describe('what a command that threw ends with', () => {
  it.each<[string, unknown, number, RegExp]>([
    ['bad usage', new UsageError('Add --yes.'), 2, /^Add --yes\.\nUSAGE_INVALID: see docs\/errors\.md$/],
    [
      'a ledger that makes no sense',
      new UnreadableLedgerError('x is not valid JSON'),
      1,
      /^x is not valid JSON\n.*earlier version.*\nLEDGER_UNREADABLE: see docs\/errors\.md$/,
    ],
    [
      'a folder that is none',
      refused('ENOTDIR'),
      1,
      /^ENOTDIR: no, mkdir '\/x'\nPart of this path is a file.*--ledger/,
    ],
    ['a folder of somebody else', refused('EACCES'), 1, /\nChoose a location .*--ledger/],
    ['a full disk', refused('ENOSPC'), 1, /\nThe disk is full\./],
    ['a port in use', refused('EADDRINUSE'), 1, /\nAnother program uses this port\. .*--port/],
    ['another refusal of this machine', refused('EMFILE'), 1, /^Error: EMFILE: no, mkdir '\/x'$/],
    ['a defect', new TypeError('x is not a function'), 1, /^TypeError: x is not a function$/],
    ['what is no error', 'stop', 1, /^stop$/],
  ])('on %s', (_, error, exitCode, message) => {
    const end = endOfError(error);
    expect(end.exitCode).toBe(exitCode);
    expect(end.message).toMatch(message);
  });

  it('has what to do after a call that failed, on a line of its own', () => {
    const failure = { kind: 'denied', call: 'organizations:ListAccounts', code: 'AccessDenied' } as const;
    const { message } = endOfError(new CallFailedError({ ...failure, message: 'no' }));
    expect(message).toMatch(
      /^organizations:ListAccounts: AccessDenied: no\nRun keysweep in the management.*\nAWS_CALL_FAILED: see/,
    );
  });

  it('leaves to commander what it has said itself', () => {
    expect(endOfError(new CommanderError(0, 'commander.help', ''))).toEqual({ exitCode: 0, message: '' });
    expect(endOfError(new CommanderError(1, 'commander.unknown', ''))).toEqual({ exitCode: 2, message: '' });
  });
});
