import type { RotatorEvent, RotatorMode } from './event.ts';
import { timestampInName } from '../batches/execution.ts';
import { isAhead } from '../batches/step.ts';
import { UnverifiedObjectError } from '../ledger/errors.ts';
import { describeTampering } from '../ledger/object-store.ts';
import { knownFiring } from '../ledger/scheduled-runs.ts';
import type { RunSummary } from '../ledger/record.ts';
import { firingAfter } from '../config/schedule-expression.ts';
import { InvalidEventError, SweepMissedError } from './errors.ts';
import { lateReason, slotToAnnounce } from './slots.ts';
import { runAndReport, notifyFailure } from './run-and-report.ts';
import { sweptSlot } from './swept-slot.ts';
import { isNoticeGiven, missingNotice } from './check-notice.ts';
import { publishWatchdog } from './publish-metrics.ts';
import type { Rotator } from './rotator.ts';
import { takeInventory } from './take-inventory.ts';
import { runWatchdog, type Finding } from './watchdog.ts';

export interface NothingToDo {
  readonly mode: RotatorMode;
  readonly nothingToDo: string;
}

/** @throws InvalidEventError, SweepMissedError, ScheduleError, and what an interrupted run throws */
export function handleEvent(event: RotatorEvent, rotator: Rotator): Promise<RunSummary | NothingToDo> {
  switch (event.mode) {
    case 'watchdog':
      return handleWatchdog(rotator);
    case 'notice':
      return handleNotice(event, rotator);
    case 'inventory':
      return takeInventory(event, rotator);
    case 'plan':
      return runAndReport({ mode: 'plan', filters: { accounts: event.accounts } }, rotator);
    case 'sweep':
      return handleSweep(event, rotator);
  }
}

async function handleSweep(
  { accounts, scheduledTime: slot }: RotatorEvent,
  rotator: Rotator,
): Promise<RunSummary | NothingToDo> {
  const { config, store, now } = rotator;
  if (slot && isAhead(slot, now()))
    throw new InvalidEventError(
      `scheduledTime is ${slot.toISOString()}, and it is ${now().toISOString()} now.`,
    );
  const swept = slot && (await sweptSlot(slot.toISOString(), accounts, rotator));
  if (swept !== undefined) return skip('sweep', swept, rotator);
  const reasons = slot && [lateReason(config, slot, now()), await missingNotice(config, store, slot)];
  const withheld = reasons?.filter((reason) => reason !== undefined);
  const scheduledFor = slot?.toISOString();
  return runAndReport({ mode: 'sweep', filters: { accounts }, scheduledFor, withheld }, rotator);
}

/** Plans the next sweep, and notifies everybody concerned. */
async function handleNotice(
  { ifDue, scheduledTime }: RotatorEvent,
  rotator: Rotator,
): Promise<RunSummary | NothingToDo> {
  const { config, store, now } = rotator;
  const at = now();
  const known = await knownFiring(store, config.schedule);
  const next = ifDue === true ? slotToAnnounce(config, at, known) : firingAfter(config.schedule, at, known);
  if (next === undefined) return skip('notice', 'no sweep is due soon', rotator);
  if (ifDue === true && (await isNoticeGiven(config, store, next, now())))
    return skip(
      'notice',
      `the notice for the sweep of ${next.toISOString()} is already given or in progress`,
      rotator,
    );
  const noticeFor = next.toISOString();
  // An hourly event delivered twice is one request; a person may request a notice any number of times.
  const requestId =
    ifDue === true && scheduledTime ? timestampInName(scheduledTime.toISOString()) : undefined;
  return runAndReport({ mode: 'plan', filters: {}, noticeFor }, rotator, requestId);
}

async function handleWatchdog(rotator: Rotator): Promise<NothingToDo> {
  const { config, store, metrics, logger, now } = rotator;
  const finding = await runWatchdog(config, store, now());
  const missed = finding.state !== 'ok' && finding.state !== 'nothing-due';
  publishWatchdog(metrics, missed);
  const tampered = describeTampering(store);
  if (tampered.length > 0) logger.error('the ledger was changed', { tampered });
  if (!missed && tampered.length > 0) throw new UnverifiedObjectError(tampered.join('\n'));
  if (!missed) return skip('watchdog', describe(finding), rotator);
  // The metric and its alarm persist as long as the sweep is missed; people are notified once.
  if (!finding.isNew) return skip('watchdog', finding.problem, rotator);
  if (finding.state !== 'not-ok') {
    const { state: reason, runId, problem, slot } = finding;
    await notifyFailure({ reason, runId, scheduledFor: slot.toISOString(), problem }, rotator);
  }
  throw new SweepMissedError(finding.problem);
}

function describe(finding: Extract<Finding, { state: 'ok' | 'nothing-due' }>): string {
  return finding.state === 'ok' ? `run ${finding.runId} is ok` : 'no sweep was due yet';
}

function skip(mode: RotatorMode, reason: string, { logger }: Rotator): NothingToDo {
  logger.info('nothing to do', { mode, reason });
  return { mode, nothingToDo: reason };
}
