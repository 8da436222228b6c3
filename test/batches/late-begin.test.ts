import { expect, it } from 'vitest';

import { readRecords } from '../../src/ledger/read-run.ts';
import { runIdOf } from '../../src/batches/step.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { prepared } from './chaos.ts';
import { LambdaGone } from './disturbing.ts';
import { holding } from './held-store.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

/** The first step is given up at a write, and writes after the run has ended. */
async function writeAfterEnd(isHeld: (key: string) => boolean) {
  const stage = await prepared(KEYSWEEP);
  const { dependencies } = stage;
  const { store, isReached, release } = holding(stage.store, isHeld);
  const execution = executionAt(stage);
  let late: Promise<unknown> = Promise.resolve();
  const take: Take = async (event) => {
    if (event.step !== 'begin') return attempt(event, stage, dependencies());
    late = attempt(event, stage, dependencies({ store })).catch((error: unknown) => error);
    await isReached;
    throw new LambdaGone('given up');
  };
  const summary = await play(take, execution);
  release();
  return { stage, summary, late: await late, runId: runIdOf(execution) };
}

it.each([
  ['its survey', (key: string) => key.endsWith('/survey.json'), 'RunEndedError', 0],
  ['the list', (key: string) => key.endsWith('/records/00000002.jsonl'), 'RunIdTakenError', 4],
])(
  'a first step cannot store %s after the end of the run, so no account is listed without an outcome',
  async (_, isHeld, name, listed) => {
    const { stage, summary, late, runId } = await writeAfterEnd(isHeld);
    expect(late).toMatchObject({ name });
    expect(summary).toMatchObject({ verdict: 'incomplete', accountsListed: listed });
    const run = await stage.build.foldRun(readRecords(stage.store, runId));
    expect([...run.accounts.values()].map(({ finished }) => finished !== undefined)).toEqual(
      Array.from({ length: listed }, () => true),
    );
    expect(run.summary).toEqual(summary);
  },
);
