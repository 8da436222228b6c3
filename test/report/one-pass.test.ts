import { expect, it } from 'vitest';

import type { StoredAccount, StoredRun } from '../../src/ledger/stored-run.ts';
import { sweepEvents } from '../../src/report/events.ts';
import { renderPage } from '../../src/report/html/page.ts';
import { sweepMessage } from '../../src/report/messages.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderRun } from '../../src/report/text.ts';
import { buildRun, key } from '../support/build-run.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const KEYS = Array.from({ length: 12 }, (_, n) => `AKIA${n}`);

it.each([
  ['the text', [text]],
  ['the page', [page]],
  ['text and page', [text, page]],
  ['the events of a sweep', [events]],
  ['its message', [message]],
])('%s: the keys of each account are unpacked once for each', async (_, uses) => {
  const { run, unpackings } = countingUnpackings(await largeAccounts());
  for (const use of uses) use(run);
  expect(unpackings()).toEqual({ [FIRST]: uses.length, [SECOND]: uses.length });
});

function text(run: StoredRun): void {
  const { body, end } = renderRun(run, { style: PLAIN, rows: Infinity });
  expect(body).toContain(KEYS.at(-1));
  expect(end).toContain('deactivated');
}

function page(run: StoredRun): void {
  expect(renderPage({ run, history: [], sha256: () => '' })).toContain(KEYS.at(-1));
}

function events(run: StoredRun): void {
  expect(run.summary && [...sweepEvents(run, run.summary)].length).toBeGreaterThan(KEYS.length);
}

function message(run: StoredRun): void {
  expect(run.summary && sweepMessage(run, run.summary).body).toContain(KEYS.at(-1));
}

/** Of accounts with all that makes a section look at keys. */
function largeAccounts(): Promise<StoredRun> {
  const decisions = KEYS.map((id, n) =>
    n % 3 === 0 ? key(id, { action: 'keep', reason: 'deleteAfterDays not reached' }) : key(id),
  );
  const due = decisions.filter(({ action }) => action !== 'keep');
  const plan = {
    decisions,
    rules: { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
    remembered: KEYS.map((accessKeyId) => ({ accessKeyId, holdUntil: new Date('2027-01-31') })),
    machineUsers: [{ userName: 'ada', sign: 'name' }],
  } as const;
  const intended = due.map(({ accessKeyId }) => accessKeyId);
  const results = intended.map((accessKeyId, n) => ({
    accessKeyId,
    outcome: n === 0 ? ('failed' as const) : ('deactivated' as const),
  }));
  return buildRun({
    units: [{ id: 'r-1', name: 'Root', accounts: [FIRST, SECOND] }],
    groups: { [FIRST]: 'payments' },
    accounts: [FIRST, SECOND].map((id) => ({ id, plan, intended, results })),
  });
}

/** Each unpacking of an account makes a new map of its writes. */
function countingUnpackings(run: StoredRun) {
  const maps = new Map<string, Set<unknown>>();
  const accounts = new Map([...run.accounts].map(([id, stored]) => [id, watched(stored, note)]));
  return {
    run: { ...run, accounts },
    unpackings: () => Object.fromEntries([...maps].map(([id, { size }]) => [id, size])),
  };

  function note({ account, writes }: StoredAccount): void {
    maps.set(account.id, (maps.get(account.id) ?? new Set()).add(writes));
  }
}

function watched(stored: StoredAccount, note: (stored: StoredAccount) => void): StoredAccount {
  const { account, finished, plan } = stored;
  return {
    account,
    finished,
    plan: plan && {
      ...plan,
      get decisions() {
        note(stored);
        return plan.decisions;
      },
    },
    get writes() {
      note(stored);
      return stored.writes;
    },
  };
}
