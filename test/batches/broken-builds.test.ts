import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';

import { breakBuild, type Break } from '../properties/broken-build.ts';
import { asError, runInChaos, undisturbedEnd } from './chaos.ts';

const ROUNDS = 300;

const BREAKS: readonly (readonly [string, Break])[] = [
  [
    'writes again to keys with a recorded result',
    {
      file: 'src/batches/apply-batch.ts',
      line: '...writes.values(),',
      instead: '',
    },
  ],
  [
    'finishes accounts twice',
    {
      file: 'src/batches/apply-batch.ts',
      line: 'return plan && !finished ? [{ target, plan, writes }] : [];',
      instead: 'return plan ? [{ target, plan, writes }] : [];',
    },
  ],
  [
    'lets an overtaken attempt continue',
    {
      file: 'src/ledger/run-log.ts',
      line: 'if (!(await store.putNew(key, body)))',
      instead: 'await store.put(key, body); if (stored < 0)',
    },
  ],
  [
    'finishes the accounts of a lost batch beside its records, not after them',
    {
      file: 'src/batches/settle-batches.ts',
      line: 'await openStepLog(runId, { writer, stored }, dependencies).append(ends);',
      instead: "await openStepLog(runId, { writer: writer + '-lost' }, dependencies).append(ends);",
    },
  ],
  [
    'forgets the accounts of a lost batch',
    {
      file: 'src/batches/settle-batches.ts',
      line: 'await openStepLog(runId, { writer, stored }, dependencies).append(ends);',
      instead:
        'if (ends.length > 99) await openStepLog(runId, { writer, stored }, ' +
        'dependencies).append(ends); else return;',
    },
  ],
  [
    'takes an intended write for a finished one',
    {
      file: 'src/ledger/stored-run.ts',
      line: "{ accessKeyId, userName, outcome: 'unconfirmed', intended }",
      instead: "{ accessKeyId, userName, outcome: 'deactivated', intended }",
    },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('the tests catch a build that', { timeout: 300_000 }, () => {
  it.each(BREAKS)('%s', async (_, broken) => {
    const { build, remove } = await breakBuild(broken);
    try {
      const end = await undisturbedEnd(build);
      const chaos = async (): Promise<void> => {
        for (let seed = 1; seed <= ROUNDS; seed += 1) await runInChaos(seed, build, end);
      };
      const caught = await chaos().catch(asError);
      expect(caught).toMatchObject({ message: expect.stringMatching(/^seed/) as string });
      // Every test catches a line that throws.
      expect(caught?.cause).not.toBeInstanceOf(ReferenceError);
    } finally {
      await remove();
    }
  });
});
