import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, it } from 'vitest';

import type { IntendedWrite, LedgerRecord } from '../../src/ledger/record.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { accountFinished, accountsListed, AT, runStarted } from '../support/records.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ACCOUNTS = Array.from({ length: 400 }, (_, n) => String(100000000000 + n));
const KEYS = 33;

it('a run of many accounts takes little memory, however many keys they have', async () => {
  const before = await held();
  const run = await foldRun(records());
  // Unpacked it is 29 KB an account; the margin is for what else the process does meanwhile.
  expect(((await held()) - before) / ACCOUNTS.length).toBeLessThan(8_000);
  for (const { plan, writes } of run.accounts.values()) {
    expect(plan?.decisions).toHaveLength(KEYS);
    expect([...writes.values()].every(({ outcome }) => outcome === 'deactivated')).toBe(true);
  }
});

/** Buffers are given back a little after nobody holds them any more. */
async function held(): Promise<number> {
  collect();
  await setTimeout(100);
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** As the ledger gives them: every text is one of its own. */
function* records(): Generator<LedgerRecord> {
  yield runStarted();
  yield accountsListed(...ACCOUNTS);
  for (const accountId of ACCOUNTS) {
    const writes = Array.from({ length: KEYS }, (_, n) => intended(accountId, n));
    const results = writes.map(({ accessKeyId, userName }) => ({
      accessKeyId,
      userName,
      outcome: 'deactivated' as const,
    }));
    const decisions = writes.map(({ accessKeyId, userName }) => ({
      accessKeyId,
      userName,
      status: 'Active',
      createDate: new Date(AT),
      action: 'deactivate' as const,
      reason: 'maxKeyAgeDays is 0' as const,
    }));
    const plan = { users: KEYS, missingGroups: [], unreadUsers: [], decisions, armed: true };
    yield { type: 'account-planned', at: AT, accountId, ...plan };
    yield { type: 'writes-intended', at: AT, accountId, writes };
    yield { type: 'writes-done', at: AT, accountId, results };
    yield accountFinished(accountId);
  }
}

function intended(accountId: string, n: number): IntendedWrite {
  const name = `${accountId}${n}`;
  const about = { accessKeyId: `AKIA${name}`, userName: `user.${name}` };
  return { ...about, action: 'deactivate', reason: 'maxKeyAgeDays is 0', statusBefore: 'Active' };
}
