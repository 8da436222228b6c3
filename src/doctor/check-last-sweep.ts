import type { DeployedSchedule } from './deployed/schedule.ts';
import { endsWithin, startsWithin } from '../deployment/run-times.ts';
import { runThatWrites } from '../ledger/lock.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readStart } from '../ledger/read-run.ts';
import type { RunStarted, RunSummary } from '../ledger/record.ts';
import { runIdTime } from '../ledger/run-id.ts';
import { getSummary, listRunIds } from '../ledger/runs.ts';
import { firingUntil } from '../config/schedule-expression.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** Runs that are looked through for the last sweep of the whole organization; plans and undos lie between. */
const LOOKED_THROUGH = 50;

const MINUTE_MS = 60_000;

/** The newest sweep of the whole organization; without a summary it has not ended. */
interface LastSweep {
  readonly runId: string;
  readonly summary: RunSummary | undefined;
}

/** How the last sweep of the whole organization ended, and whether the schedule's last time saw one. */
export async function checkLastSweep(
  store: ObjectStore,
  schedule: DeployedSchedule | undefined,
  context: Pick<DoctorContext, 'config' | 'startedAt' | 'host' | 'now'>,
): Promise<Finding[]> {
  const place = { subject: `ledger ${store.location}` };
  try {
    const ids = await listRunIds(store);
    const last = await lastSweep(store, ids);
    const writing = await runThatWrites(store, context);
    return [
      ...(last ? [howItEnded(last, writing)] : [ok('last-sweep', place, 'holds no sweep yet')]),
      ...(await missedTime(store, ids, schedule, context)),
    ];
  } catch (error) {
    return [inconclusive('last-sweep', place, 'how the last sweep ended', error)];
  }
}

async function lastSweep(store: ObjectStore, ids: readonly string[]): Promise<LastSweep | undefined> {
  for (const runId of ids.slice(0, LOOKED_THROUGH)) {
    const summary = await getSummary(store, runId);
    const { mode, filtered } = summary ?? begun(await readStart(store, runId));
    if (mode === 'sweep' && !filtered) return { runId, summary };
  }
  return undefined;
}

function begun(started: RunStarted | undefined): Partial<Pick<RunSummary, 'mode' | 'filtered'>> {
  return started ? { mode: started.mode, filtered: started.filters !== undefined } : {};
}

const WHAT_TO_DO: Readonly<Record<RunSummary['verdict'], string>> = {
  ok: '',
  incomplete: 'Accounts were not covered, or some keys not revoked.',
  stopped: 'A limit stopped it before anything was written.',
};

function howItEnded({ runId, summary }: LastSweep, writing: string | undefined): Finding {
  const place = { subject: `run ${runId}` };
  if (!summary && writing === runId) return ok('last-sweep', place, 'is under way');
  if (!summary) {
    return warning('last-sweep', place, {
      summary: 'the last sweep has no end in the ledger: it was interrupted',
      impact: 'What it had not reached stayed as it was.',
      fix: `keysweep show ${runId} tells how far it came; the next sweep takes up what is left.`,
    });
  }
  if (summary.verdict === 'ok')
    return ok('last-sweep', place, `the last sweep was ok; it ended ${summary.finishedAt}`);
  return problem('last-sweep', place, {
    summary: `the last sweep was ${summary.verdict}`,
    impact: WHAT_TO_DO[summary.verdict],
    fix: `keysweep show ${runId} names each account and what to do.`,
    detail: summary.problems.join(' ') || JSON.stringify(summary.accounts),
  });
}

/** Late means here what it means to the watchdog. */
async function missedTime(
  store: ObjectStore,
  ids: readonly string[],
  schedule: DeployedSchedule | undefined,
  { config, startedAt }: Pick<DoctorContext, 'config' | 'startedAt'>,
): Promise<Finding[]> {
  if (!schedule?.enabled || schedule.changedAt === undefined) return [];
  const judged = new Date(startedAt.getTime() - endsWithin(config));
  const due = firingUntil(schedule, judged, schedule.changedAt);
  // The schedule as it is now says nothing about the time before it was made or changed.
  if (due === undefined || due <= schedule.changedAt) return [];
  const then = ids.filter((id) => {
    const started = runIdTime(id).getTime();
    return started >= due.getTime() - MINUTE_MS && started <= due.getTime() + startsWithin(config);
  });
  // A plan that somebody made at that time is no sweep.
  for (const id of then) if ((await readStart(store, id))?.mode === 'sweep') return [];
  return [
    problem(
      'last-sweep',
      { subject: `ledger ${store.location}` },
      {
        summary: `holds no sweep of ${due.toISOString()}, when the schedule last fired`,
        impact:
          'The sweep did not start, or could not reach its ledger: keys have stayed that should have gone.',
        fix: 'Look into the dead-letter queue and the log of the Lambda (docs/doctor.md#last-sweep), then sweep by hand: keysweep sweep --apply.',
      },
    ),
  ];
}
