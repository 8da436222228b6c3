import type { RunSummary } from '../../src/ledger/record.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { KEYSWEEP, type Build } from '../properties/build-under-test.ts';
import { attempt, play, type Take } from './playing.ts';

/** keysweep as the state machine runs it. What a state machine does not support runs in one process. */
export function inSteps(batchSize: number): Build {
  let runs = 0;
  return {
    ...KEYSWEEP,
    runSweep: (request, dependencies) => {
      const { only, filters, mode, scheduledFor } = request;
      if (only || filters.organizationalUnits) return KEYSWEEP.runSweep(request, dependencies);
      runs += 1;
      const execution = { Name: `run-${runs}`, StartTime: dependencies.now().toISOString() };
      const start = { mode, accounts: filters.accounts, scheduledFor };
      return playOnce(execution, start, dependencies, batchSize);
    },
  };
}

/** @throws the error of the first step, like a run in one process */
async function playOnce(
  execution: Parameters<typeof play>[1],
  start: Readonly<Record<string, unknown>>,
  dependencies: RunDependencies,
  batchSize: number,
): Promise<RunSummary> {
  let ofBegin: unknown;
  const take: Take = async (event) => {
    try {
      return await attempt(event, { build: KEYSWEEP }, dependencies, batchSize);
    } catch (error) {
      if (event.step === 'begin') ofBegin = error;
      throw error;
    }
  };
  const ended = play(take, execution, start);
  await Promise.allSettled([ended]);
  if (ofBegin) throw ofBegin as Error;
  return ended;
}
