import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { acquireLock } from '../../src/ledger/lock.ts';
import { LockHeldError, UnreadableLedgerError } from '../../src/ledger/errors.ts';
import { listMemories } from '../../src/ledger/memory.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import { earlierRuns } from '../../src/ledger/runs.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { runJson } from '../../src/report/json.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderRun } from '../../src/report/text.ts';
import { verdictLine } from '../../src/report/verdict.ts';
import { renderUndoPlan } from '../../src/report/undo.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { AT, EVERY_RECORD, RUN_ID, summary } from '../support/records.ts';
import { memoryStore } from '../support/memory-store.ts';
import { damagedTexts, strangeDocuments } from './mutations.ts';
import { checkMessage, UNPRINTABLE } from './refusing.ts';

const RECORDS = `runs/${RUN_ID}/records/00000001.jsonl`;
const STARTED = `${JSON.stringify(EVERY_RECORD.find(({ type }) => type === 'run-started'))}\n`;
const MEMORY = 'accounts/222222222222.json';
const LINES = JSON.parse(JSON.stringify(EVERY_RECORD)) as readonly unknown[];
const REMEMBERED = {
  keys: {
    AKIA1: {
      userName: 'ada',
      inactiveSince: '2026-11-27T22:55:00.000Z',
      byRun: RUN_ID,
      holdUntil: '2026-12-27T22:55:00.000Z',
      heldByRun: RUN_ID,
    },
  },
};
const LOCK = {
  runId: RUN_ID,
  host: 'elsewhere',
  pid: 7,
  heldUntil: '2026-11-27T23:00:00.000Z',
  released: false,
};
const taking = { runId: RUN_ID, host: 'here', now: () => new Date(AT) };

let objects: Map<string, string>;
let store: ObjectStore;
beforeEach(() => {
  objects = new Map();
  store = memoryStore(objects);
});

/** Everything that keysweep makes of a stored run. */
async function useRun(): Promise<string> {
  const run = await foldRun(readRecords(store, RUN_ID));
  const options = { style: PLAIN, rows: Infinity };
  const plan = planUndo(run, {}, new Map());
  const { body, end } = renderRun(run, options);
  return [body, end, verdictLine(run.summary, PLAIN), runJson(run), renderUndoPlan(plan, options)].join('\n');
}

async function remembered(): Promise<string[]> {
  const accountIds: string[] = [];
  for await (const { accountId } of listMemories(store)) accountIds.push(accountId);
  return accountIds;
}

/** Usable, or refused with the name of the object. */
async function check(name: string, use: () => Promise<unknown>): Promise<void> {
  try {
    const used = await use();
    if (typeof used === 'string') expect(used).not.toMatch(UNPRINTABLE);
  } catch (error) {
    if (error instanceof LockHeldError) return;
    if (!(error instanceof UnreadableLedgerError)) throw error;
    checkMessage(error.message, name);
  }
}

const USES: readonly (readonly [string, { valid: unknown; key: string; use: () => Promise<unknown> }])[] = [
  ['memory', { valid: REMEMBERED, key: MEMORY, use: () => remembered() }],
  [
    'a summary',
    {
      valid: JSON.parse(JSON.stringify(summary())),
      key: `runs/${RUN_ID}/summary.json`,
      use: () => earlierRuns(store, summary().organizationId),
    },
  ],
  [
    'a lock',
    {
      valid: LOCK,
      key: 'locks/00000001.json',
      use: () => acquireLock(store, taking).then((lock) => lock.release()),
    },
  ],
];

describe('the records of a run', () => {
  const put = (lines: readonly unknown[]): void =>
    void objects.set(RECORDS, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  it('are read if they are valid', async () => {
    put(LINES);
    expect(await useRun()).toContain(RUN_ID);
  });

  it('are used, or refused with object and line, with any value in any place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: LINES.length - 1 }), fc.gen(), async (index, draw) => {
        put(LINES.with(index, draw(strangeDocuments, LINES[index])));
        await check('', useRun);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('are used, or refused, in any order, repeated, or with some missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...LINES), { maxLength: 10 }), async (lines) => {
        put(lines);
        await check('', useRun);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('are used, or refused with object and line, if their text is damaged', async () => {
    const body = LINES.map((line) => `${JSON.stringify(line)}\n`).join('');
    await fc.assert(
      fc.asyncProperty(damagedTexts(body), async (text) => {
        objects.set(RECORDS, text);
        await check('', useRun);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe.each(USES)('%s of the ledger', (_, { valid, key, use }) => {
  it('is used, or refused by its name, with any value in any place', async () => {
    await fc.assert(
      fc.asyncProperty(strangeDocuments(valid), async (document) => {
        objects.clear();
        objects.set(RECORDS, STARTED);
        objects.set(key, JSON.stringify(document));
        await check(key, use);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('is used, or refused by its name, if its text is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(damagedTexts(JSON.stringify(valid)), async (text) => {
        objects.clear();
        objects.set(RECORDS, STARTED);
        objects.set(key, text);
        await check(key, use);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe('objects that keysweep never wrote', () => {
  it.each(['locks/notes.json', 'locks/00000001.json.bak', 'locks/99/00000001.json'])(
    'are not locks that a run takes: %s',
    async (key) => {
      objects.set(key, JSON.stringify({ ...LOCK, released: true }));
      await expect(acquireLock(store, taking)).rejects.toThrow(
        `${key} in memory is not a lock of keysweep. Remove it.`,
      );
    },
  );

  it.each([
    'accounts/222222222222 (1).json',
    'accounts/.json',
    'accounts/all',
    'accounts/22/222222222222.json',
  ])('are not memories: %s', async (key) => {
    objects.set(MEMORY, JSON.stringify(REMEMBERED)).set(key, 'anything');
    expect(await remembered()).toEqual(['222222222222']);
  });
});
