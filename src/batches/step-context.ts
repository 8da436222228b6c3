import { configSha256 } from '../config/hash.ts';
import { readDenyList } from '../ledger/deny-list.ts';
import type { LogPosition } from '../ledger/run-log.ts';
import { joinRunLock } from '../ledger/run-lock.ts';
import { NO_LOCK } from '../sweep/begin.ts';
import { writeUntil } from '../sweep/deadline.ts';
import type { RunContext, RunDependencies } from '../sweep/run-context.ts';
import type { RunFacts } from './batch-file.ts';
import { ConfigChangedError } from './errors.ts';
import { openStepLog } from './step-log.ts';

export type StepDependencies = Pick<RunDependencies, 'config' | 'clients' | 'store' | 'deadline' | 'now'>;

/**
 * The context of a step that decides by the configuration and may write.
 * @throws ConfigChangedError; LockLostError when the run has ended or another one writes; the store's error
 */
export async function stepContext(
  facts: RunFacts,
  position: LogPosition,
  dependencies: StepDependencies,
): Promise<RunContext> {
  if (configSha256(dependencies.config) !== facts.configSha256) {
    throw new ConfigChangedError(
      `Run ${facts.runId} started with another accounts.json: the rotator was deployed during the run. ` +
        'Start a new run.',
    );
  }
  const { runId, mode, organization, scheduledFor, noticeFor, caller } = facts;
  const { config, clients, store, now, deadline } = dependencies;
  const lock = mode === 'plan' ? NO_LOCK : await joinRunLock(store, { runId, now });
  const { accessKeyId } = await clients.sts.config.credentials();
  return {
    ...{ runId, mode, organization, scheduledFor },
    noticeFor: mode === 'plan' ? noticeFor : undefined,
    ...{ config, clients, store, lock, now },
    // What is decided now goes by this machine's clock, not by a stored time.
    startedAt: now(),
    caller: { ...caller, accessKeyId, awsTime: undefined },
    log: openStepLog(runId, position, dependencies),
    leaked: await readDenyList(store),
    deadline: writeUntil(lock.lost, deadline),
    progress: () => undefined,
  };
}
