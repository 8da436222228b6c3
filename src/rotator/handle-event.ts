import type { RotatorEvent, RotatorMode } from './event.ts';
import { timestampInName } from '../batches/execution.ts';
import { knownFiring } from '../ledger/scheduled-runs.ts';
import type { RunSummary } from '../ledger/record.ts';
import { firingAfter } from '../config/schedule-expression.ts';
import { SweepMissedError } from './errors.ts';
import { lateness, slotToAnnounce } from './slots.ts';
import { runAndReport, notifyFailure } from './run-and-report.ts';
import { isNoticed, missingNotice } from './check-notice.ts';
import { publishWatchdog } from './publish-metrics.ts';
import type { Rotator } from './rotator.ts';
import { runWatchdog, type Finding } from './watchdog.ts';

/** Where no run was asked for, or none was due. */
export interface NothingToDo {
  readonly mode: RotatorMode;
  readonly nothingToDo: string;
}

/** @throws SweepMissedError, ScheduleError; what a run throws that broke off */
export function handleEvent(event: RotatorEvent, rotator: Rotator): Promise<RunSummary | NothingToDo> {
  switch (event.mode) {
    case 'watchdog':
      return lookOut(rotator);
    case 'notice':
      return giveNotice(event, rotator);
    case 'plan':
      return runAndReport(
        { mode: 'plan', filters: { accounts: event.accounts }, runId: event.runId },
        rotator,
      );
    case 'sweep':
      return sweep(event, rotator);
  }
}

async function sweep(
  { accounts, runId, scheduledTime: slot }: RotatorEvent,
  rotator: Rotator,
): Promise<RunSummary | NothingToDo> {
  const { config, store, now } = rotator;
  const reasons = slot && [lateness(config, slot, now()), await missingNotice(config, store, slot)];
  const withheld = reasons?.filter((reason) => reason !== undefined);
  const scheduledFor = slot?.toISOString();
  return runAndReport({ mode: 'sweep', filters: { accounts }, runId, scheduledFor, withheld }, rotator);
}

/** A plan of the next sweep, which everybody whom it concerns is told of. */
async function giveNotice(
  { ifDue, runId, scheduledTime }: RotatorEvent,
  rotator: Rotator,
): Promise<RunSummary | NothingToDo> {
  const { config, store, now } = rotator;
  const at = scheduledTime ?? now();
  const known = await knownFiring(store, config.schedule);
  const next = ifDue === true ? slotToAnnounce(config, at, known) : firingAfter(config.schedule, at, known);
  if (next === undefined) return nothing('notice', 'no sweep is near', rotator);
  if (ifDue === true && (await isNoticed(config, store, next, now())))
    return nothing(
      'notice',
      `notice of the sweep of ${next.toISOString()} was given, or is being given`,
      rotator,
    );
  const noticeFor = next.toISOString();
  // A check that is delivered twice is one request; a person may ask as often as it takes.
  const check = ifDue === true && scheduledTime ? timestampInName(scheduledTime.toISOString()) : undefined;
  return runAndReport({ mode: 'plan', filters: {}, runId, noticeFor }, rotator, check);
}

async function lookOut(rotator: Rotator): Promise<NothingToDo> {
  const { config, store, metrics, now } = rotator;
  const finding = await runWatchdog(config, store, now());
  const missed = finding.state !== 'ok' && finding.state !== 'nothing-due';
  publishWatchdog(metrics, missed);
  if (!missed) return nothing('watchdog', said(finding), rotator);
  // The metric, and the alarm on it, stay as long as the sweep is missed; people are told once.
  if (!finding.isNew) return nothing('watchdog', finding.problem, rotator);
  if (finding.state !== 'not-ok') {
    const { state: reason, runId, problem, slot } = finding;
    await notifyFailure({ reason, runId, scheduledFor: slot.toISOString(), problem }, rotator);
  }
  throw new SweepMissedError(finding.problem);
}

function said(finding: Extract<Finding, { state: 'ok' | 'nothing-due' }>): string {
  return finding.state === 'ok' ? `run ${finding.runId} is ok` : 'no sweep had to be yet';
}

function nothing(mode: NothingToDo['mode'], why: string, { logger }: Rotator): NothingToDo {
  logger.info('nothing to do', { mode, why });
  return { mode, nothingToDo: why };
}
