import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { CallRecord } from '../../sandbox/server/call-log.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { checkStories, storiesToPlay, timeFor } from '../properties/checking.ts';
import { stories } from '../properties/drawing.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import type { Facts } from '../properties/story.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { playUndisturbed } from './playing.ts';

const NUMBER = storiesToPlay(30);

/** The same organization twice, with the same IDs. */
function twins({ filters, ...facts }: Facts): { readonly one: Stage; readonly many: Stage } {
  const { accounts } = filters;
  const same = { ...facts, filters: accounts ? { accounts } : {} };
  return { one: stageOf(same, KEYSWEEP), many: stageOf(same, KEYSWEEP) };
}

type Mode = 'plan' | 'sweep';

async function inOneProcess(
  { build, facts, built, dependencies, read }: Stage,
  mode: Mode,
): Promise<StoredRun> {
  const accounts = facts.filters.accounts?.map((index) => built.accountIds[index]!);
  const { runId } = await build.runSweep({ mode, filters: { accounts } }, dependencies());
  return read(runId);
}

async function inBatches(stage: Stage, mode: Mode, batchSize: number): Promise<StoredRun> {
  const accounts = stage.facts.filters.accounts?.map((index) => stage.built.accountIds[index]!);
  const { runId } = await playUndisturbed(stage, { mode, ...(accounts && { accounts }) }, batchSize);
  return stage.read(runId);
}

/** The requests that the sandbox receives from now on. */
function sentBy({ server: { calls } }: Stage): () => readonly CallRecord[] {
  const before = calls.all.length;
  return () => calls.all.slice(before);
}

function iamCalls(sent: readonly CallRecord[]): string[] {
  return sent
    .filter(({ service }) => service === 'iam')
    .map(callText)
    .toSorted();
}

function callText({ call, account, userName, groupName, accessKeyId, error }: CallRecord): string {
  return [call, account, userName, groupName, accessKeyId, error].join(' ');
}

/** Everything that is the same in equal runs. */
function essence({ started, accounts, limits, summary }: StoredRun): unknown {
  const same = {
    accounts: [...accounts].map(([id, { plan, writes, finished }]) => ({
      id,
      plan: plan && { ...plan, at: '' },
      writes: [...writes],
      finished: { ...finished, at: '' },
    })),
    exceeded: limits?.exceeded,
    summary: { ...summary, startedAt: '', finishedAt: '', calls: 0, throttles: 0, writers: {} },
  };
  return JSON.parse(JSON.stringify(same).replaceAll(started.runId, 'the run'));
}

it(
  'a run in batches decides, does and records the same as a run in one process, for any organization',
  async (context) => {
    const drawn = stories({ faults: false, chapters: fc.constant([]) });
    let batchSize = 0;
    await checkStories(
      drawn,
      NUMBER,
      async ({ facts }) => {
        batchSize = (batchSize % 3) + 1;
        const { one, many } = twins(facts);
        for (const mode of facts.planFirst ? (['plan', 'sweep'] as const) : (['sweep'] as const)) {
          const before = many.world();
          const [sentByMany, sentByOne] = [sentBy(many), sentBy(one)];
          const run = await inBatches(many, mode, batchSize);
          expect(run.summary?.calls).toBe(sentByMany().length);
          checkTruth(run, many.built.accountIds, before, many.world());
          checkSums(run, many.built.accountIds);
          const same = await inOneProcess(one, mode);
          expect(same.summary?.calls).toBe(sentByOne().length);
          expect(essence(run)).toEqual(essence(same));
          expect(iamCalls(sentByMany())).toEqual(iamCalls(sentByOne()));
        }
        const [here, there] = [one.world(), many.world()];
        expect([...there.keys.values()].map(({ status }) => status)).toEqual(
          [...here.keys.values()].map(({ status }) => status),
        );
        expect(new Set(there.memory.keys())).toEqual(new Set(here.memory.keys()));
      },
      context,
    );
  },
  timeFor(NUMBER),
);
