import type { DeployedSchedule } from './deployed/schedule.ts';
import { maxEndDelay, maxStartDelay } from '../deployment/run-times.ts';
import { runHoldingLock } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readStart } from '../ledger/read-run.ts';
import type { RunStarted, RunSummary } from '../ledger/record.ts';
import { runIdTime } from '../ledger/run-id.ts';
import { auditRun, getSummary, listRunIds } from '../ledger/runs.ts';
import { firingUntil } from '../config/schedule-expression.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** How many runs are read to find the last sweep of the whole organization. */
const MAX_RUNS_READ = 50;

const MINUTE_MS = 60_000;

/** Without a summary it has not ended. */
interface LastSweep {
  readonly runId: string;
  readonly summary: RunSummary | undefined;
}

/** How the last sweep of the whole organization ended, and whether one ran when the schedule last fired. */
export async function checkLastSweep(
  store: ObjectStore,
  schedule: DeployedSchedule | undefined,
  context: Pick<DoctorContext, 'config' | 'startedAt' | 'host' | 'now'>,
): Promise<Finding[]> {
  const subject = { subject: `ledger ${store.location}` };
  try {
    const ids = await listRunIds(store);
    const last = await findLastSweep(store, ids);
    const writing = await runHoldingLock(store, context);
    return [
      ...(last ? [describeLastSweep(last, writing)] : [ok('last-sweep', subject, 'no sweep yet')]),
      ...(await findMissedSweep(store, ids, schedule, context)),
    ];
  } catch (error) {
    return [inconclusive('last-sweep', subject, 'how the last sweep ended', error)];
  }
}

async function findLastSweep(store: ObjectStore, ids: readonly string[]): Promise<LastSweep | undefined> {
  for (const runId of ids.slice(0, MAX_RUNS_READ)) {
    const summary = await getSummary(store, runId);
    const { mode, filtered } = summary ?? fromStart(await readStart(store, runId));
    if (mode === 'sweep' && !filtered)
      return { runId, summary: summary && (await auditRun(store, runId)).summary };
  }
  return undefined;
}

function fromStart(started: RunStarted | undefined): Partial<Pick<RunSummary, 'mode' | 'filtered'>> {
  return started ? { mode: started.mode, filtered: started.filters !== undefined } : {};
}

const VERDICT_IMPACT: Readonly<Record<RunSummary['verdict'], string>> = {
  ok: '',
  incomplete: 'Some accounts were not covered, or some keys not revoked.',
  stopped: 'A limit stopped it before it revoked anything.',
  cancelled: 'Nobody confirmed it, so it revoked nothing.',
};

function describeLastSweep({ runId, summary }: LastSweep, writing: string | undefined): Finding {
  const subject = { subject: `run ${runId}` };
  if (!summary && writing === runId) return ok('last-sweep', subject, 'in progress');
  if (!summary) {
    return warning('last-sweep', subject, {
      summary: 'The last sweep was interrupted: the ledger does not have its end',
      impact: 'Accounts that it had not reached were not swept.',
      fix: `Run keysweep show ${runId} to see how far it got. The next sweep continues with what is left.`,
    });
  }
  if (summary.verdict === 'ok')
    return ok('last-sweep', subject, `last sweep, ok, ended ${summary.finishedAt}`);
  return problem('last-sweep', subject, {
    summary: `The last sweep was ${summary.verdict}`,
    impact: VERDICT_IMPACT[summary.verdict],
    fix: `Run keysweep show ${runId} to see each account and what to do.`,
    detail: summary.problems.join(' ') || JSON.stringify(summary.accounts),
  });
}

/** A sweep is late as the watchdog defines it. */
async function findMissedSweep(
  store: ObjectStore,
  ids: readonly string[],
  schedule: DeployedSchedule | undefined,
  { config, startedAt }: Pick<DoctorContext, 'config' | 'startedAt'>,
): Promise<Finding[]> {
  if (!schedule?.enabled || schedule.changedAt === undefined) return [];
  const latestDue = new Date(startedAt.getTime() - maxEndDelay(config));
  const due = firingUntil(schedule, latestDue, schedule.changedAt);
  // A schedule says nothing about the time before it was created or changed.
  if (due === undefined || due <= schedule.changedAt) return [];
  const startedThen = ids.filter((id) => {
    const started = runIdTime(id).getTime();
    return started >= due.getTime() - MINUTE_MS && started <= due.getTime() + maxStartDelay(config);
  });
  // Plans made at that time do not count.
  for (const id of startedThen) if ((await readStart(store, id))?.mode === 'sweep') return [];
  const subject = { subject: `ledger ${store.location}` };
  return [
    problem('last-sweep', subject, {
      summary: `The ledger has no sweep for ${due.toISOString()}, when the schedule last fired`,
      impact:
        'The sweep did not start, or could not write to its ledger, so keys that were due are still there.',
      fix:
        'Check the dead-letter queue and the log of the Lambda (docs/doctor.md#last-sweep), ' +
        'then run keysweep sweep --apply.',
    }),
  ];
}
