import type { RunSummary } from '../../src/ledger/record.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { KEYSWEEP, type Build } from '../properties/build-under-test.ts';
import type { Divided, Mortal } from '../properties/actor/play.ts';
import type { Intruded } from '../properties/adversary/intruding.ts';
import { LambdaGone } from './disturbing.ts';
import { attempt, play, type Take } from './playing.ts';

/** keysweep as the state machine runs it. What a state machine does not support runs in one process. */
export function inSteps(batchSize: number, build = KEYSWEEP): Build {
  let runs = 0;
  return {
    ...build,
    runSweep: (request, dependencies) => {
      const { only, filters, mode, scheduledFor } = request;
      if (only || filters.organizationalUnits) return build.runSweep(request, dependencies);
      runs += 1;
      const execution = { Name: `run-${runs}`, StartTime: dependencies.now().toISOString() };
      const start = { mode, accounts: filters.accounts, scheduledFor };
      return playOnce(execution, start, dependencies, { build, batchSize });
    },
  };
}

/** @throws the error of the first step, like a run in one process */
async function playOnce(
  execution: Parameters<typeof play>[1],
  start: Readonly<Record<string, unknown>>,
  dependencies: RunDependencies,
  { build, batchSize }: { readonly build: Build; readonly batchSize: number },
): Promise<RunSummary> {
  let ofBegin: unknown;
  const { death, reopen, openStep, intrude } = dependencies as RunDependencies &
    Partial<Mortal & Divided & Intruded>;
  let living = dependencies;
  const died = death?.then(() => {
    throw new LambdaGone('killed');
  });
  const attemptOf = (event: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const attempted = attempt(event, { build }, openStep?.() ?? living, batchSize);
    return died && living === dependencies ? Promise.race([attempted, died]) : attempted;
  };
  const take: Take = async (event) => {
    try {
      return await (intrude?.(event, attemptOf) ?? attemptOf(event)).catch((error: unknown) => {
        if (!(error instanceof LambdaGone) || !reopen) throw error;
        // Once for all the steps that died together.
        if (living === dependencies) living = reopen();
        return attemptOf(event);
      });
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
