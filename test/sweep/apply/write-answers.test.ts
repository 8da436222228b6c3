import type { IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, it, vi } from 'vitest';

import type { LedgerRecord, WriteResult } from '../../../src/ledger/record.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';
import { writeKeys } from '../../../src/sweep/apply/write-keys.ts';
import { begun, targetOf } from '../beginning.ts';
import { onSandbox, organizationOf, removeRotationRole } from '../../support/sweeping.ts';

const FIRST = '100000000001';

const write = (action: 'deactivate' | 'delete' | 'reactivate') =>
  ({
    accessKeyId: 'AKIA1',
    userName: 'ada',
    action,
    reason: 'maxKeyAgeDays is 0',
    statusBefore: 'Active',
  }) as const;

/** What becomes of a write when the client that should send it gives this. */
async function writing(
  action: 'deactivate' | 'delete' | 'reactivate',
  answer: () => Promise<unknown>,
): Promise<WriteResult | undefined> {
  const on = await onSandbox({ organization: organizationOf(1) });
  const context = await begun(on);
  const iam = (): IAMClient => ({ send: answer }) as unknown as IAMClient;
  const clients = { ...context.clients, iam };
  const [result] = await writeKeys(targetOf(FIRST, context), [write(action)], {
    ...context,
    clients,
    readAt: context.now(),
  });
  return result;
}

/** An error as the SDK gives it after so many attempts. */
function refused(httpStatusCode: number, attempts: number, name = 'ValidationError'): () => Promise<never> {
  const error = Object.assign(new Error('no'), {
    name,
    $metadata: { httpStatusCode, attempts, requestId: '7a62c49f' },
  });
  return () => Promise.reject(error);
}

describe('a write', () => {
  it.each([
    ['deactivate', 'deactivated', 'iam:UpdateAccessKey'],
    ['reactivate', 'reactivated', 'iam:UpdateAccessKey'],
    ['delete', 'deleted', 'iam:DeleteAccessKey'],
  ] as const)('of %s that is answered is %s', async (action, outcome, call) => {
    expect(await writing(action, () => Promise.resolve({}))).toEqual({
      accessKeyId: 'AKIA1',
      userName: 'ada',
      outcome,
    });
    expect(await writing(action, refused(403, 1, 'AccessDenied'))).toEqual({
      accessKeyId: 'AKIA1',
      userName: 'ada',
      outcome: 'failed',
      failure: { kind: 'denied', call, code: 'AccessDenied', message: 'no' },
    });
  });

  it.each([
    [399, 1, 'unconfirmed'],
    [400, 1, 'failed'],
    [499, 1, 'failed'],
    [500, 1, 'unconfirmed'],
    [403, 2, 'unconfirmed'],
    [403, 0, 'unconfirmed'],
  ])('with the status %i at attempt %i is %s', async (status, attempts, outcome) => {
    expect((await writing('delete', refused(status, attempts)))?.outcome).toBe(outcome);
  });

  it("with a refusal that is not AWS's is unconfirmed", async () => {
    const error = Object.assign(new Error('no'), {
      name: 'Forbidden',
      $metadata: { httpStatusCode: 403, attempts: 1 },
    });
    expect((await writing('delete', () => Promise.reject(error)))?.outcome).toBe('unconfirmed');
  });

  it.each<[string, unknown]>([
    ['an error without an answer', new Error('socket hang up')],
    ['something that is no error', 'gone'],
    ['nothing at all', undefined],
    ['an error of which nothing is known', Object.assign(new Error('x'), { $metadata: undefined })],
  ])('with %s is unconfirmed', async (_, error) => {
    const result = await writing('deactivate', vi.fn<() => Promise<unknown>>().mockRejectedValue(error));
    expect(result?.outcome).toBe('unconfirmed');
  });
});

describe('writes to an account that can no longer be entered', () => {
  it('are not attempted, with the reason, and without an intent in the ledger', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const context = await begun(on);
    removeRotationRole(organization, FIRST);
    const writes = [write('deactivate'), { ...write('delete'), accessKeyId: 'AKIA2' }];
    const readAt = context.now();
    const results = await writeKeys(targetOf(FIRST, context), writes, { ...context, readAt });
    const failure = expect.objectContaining({ kind: 'cannot-assume' }) as object;
    expect(results).toEqual([
      { accessKeyId: 'AKIA1', userName: 'ada', outcome: 'not-attempted', failure },
      { accessKeyId: 'AKIA2', userName: 'ada', outcome: 'not-attempted', failure },
    ]);
    const records: LedgerRecord[] = [];
    for await (const record of readRecords(on.store, context.runId)) records.push(record);
    expect(records.slice(1)).toEqual([
      { type: 'writes-done', at: expect.any(String) as string, accountId: FIRST, results },
    ]);
  });
});

describe('writes that go by what was read', () => {
  it.each([
    [4, 'deactivated'],
    [6, 'not-attempted'],
  ])('%i minutes ago are %s', async (minutes, outcome) => {
    const organization = organizationOf(1);
    const context = await begun(await onSandbox({ organization }));
    const [key] = organization.keysOf(FIRST);
    const { accessKeyId } = key!;
    const readAt = new Date(context.now().getTime() - minutes * 60_000);
    const writes = [{ ...write('deactivate'), accessKeyId }];
    const [result] = await writeKeys(targetOf(FIRST, context), writes, { ...context, readAt });
    expect(result?.outcome).toBe(outcome);
    expect(key!.status).toBe(outcome === 'deactivated' ? 'Inactive' : 'Active');
  });
});
