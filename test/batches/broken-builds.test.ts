import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';

import { breakBuild, type Break } from '../properties/broken-build.ts';
import { asError, runInChaos, undisturbedEnd } from './chaos.ts';

const ROUNDS = 300;

const BREAKS: readonly (readonly [string, Break])[] = [
  [
    'writes again to keys whose end is known',
    {
      file: 'src/batches/apply-batch.ts',
      line: '[...writes.values()].filter(hasResult)',
      instead: '[]',
    },
  ],
  [
    'ends accounts again that have ended',
    {
      file: 'src/batches/apply-batch.ts',
      line: 'if (!account?.plan || account.finished) return [];',
      instead: 'if (!account?.plan) return [];',
    },
  ],
  [
    'lets an attempt go on that another one has overtaken',
    {
      file: 'src/ledger/run-log.ts',
      line: 'if (!(await store.putNew(key, body)))',
      instead: 'await store.put(key, body); if (stored < 0)',
    },
  ],
  [
    'ends the accounts of a lost batch beside its records, and not behind them',
    {
      file: 'src/batches/settle-batches.ts',
      line: 'await openStepLog(runId, { writer, stored }, settling).append(ends);',
      instead: "await openStepLog(runId, { writer: writer + '-lost' }, settling).append(ends);",
    },
  ],
  [
    'forgets the accounts of a lost batch',
    {
      file: 'src/batches/settle-batches.ts',
      line: 'await openStepLog(runId, { writer, stored }, settling).append(ends);',
      instead:
        'if (ends.length > 99) await openStepLog(runId, { writer, stored }, settling).append(ends); else return;',
    },
  ],
  [
    'takes what it plans to write for written',
    {
      file: 'src/ledger/stored-run.ts',
      line: "{ accessKeyId, userName, outcome: 'unconfirmed', intended }",
      instead: "{ accessKeyId, userName, outcome: 'deactivated', intended }",
    },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('a build that is broken in one line is caught: one that', { timeout: 300_000 }, () => {
  it.each(BREAKS)('%s', async (_, broken) => {
    const { build, remove } = await breakBuild(broken);
    try {
      const end = await undisturbedEnd(build);
      const chaos = async (): Promise<void> => {
        for (let seed = 1; seed <= ROUNDS; seed += 1) await runInChaos(seed, build, end);
      };
      const caught = await chaos().catch(asError);
      expect(caught).toMatchObject({ message: expect.stringMatching(/^seed/) as string });
      // A line that does not run is caught by anything.
      expect(caught?.cause).not.toBeInstanceOf(ReferenceError);
    } finally {
      await remove();
    }
  });
});
