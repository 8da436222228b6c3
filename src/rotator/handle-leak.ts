import type { Caller } from '../aws/caller.ts';
import type { Failure } from '../aws/failure.ts';
import { given } from '../config/given.ts';
import { messageOf } from '../config/errors.ts';
import { NOTICES_WRITER } from '../ledger/run-keys.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { readRun } from '../ledger/runs.ts';
import { sendNotice } from '../publish/notify.ts';
import { revokedEvents } from '../report/events.ts';
import { foundKeys, leakEvents, type FoundKey } from '../report/leak-events.ts';
import { renderKeys } from '../report/leaked-keys.ts';
import { leakMessage } from '../report/messages.ts';
import { PLAIN } from '../report/style.ts';
import { describeKeys, type KeysDescribed } from '../sweep/leak/describe-keys.ts';
import { revokeLeaked, type LeakEnd } from '../sweep/leak/revoke-leaked.ts';
import { LeakUnfinishedError } from './errors.ts';
import type { LeakReport } from './leak-event.ts';
import { notifyOnce } from './notify-once.ts';
import { publishLeak, publishRun } from './publish-metrics.ts';
import { notifierOf, type Rotator } from './rotator.ts';
import { countSent, dependenciesOf, storeReport } from './run-and-report.ts';

export interface LeakResult {
  readonly mode: 'report' | 'revoke';
  readonly runId: string | undefined;
  readonly keys: readonly FoundKey[];
}

/**
 * Deactivates reported keys where `leaks.mode` says so, and notifies of whose they are.
 * @throws LeakUnfinishedError after the notice, if another attempt may find out or do more
 */
export async function handleLeak(report: LeakReport, caller: Caller, rotator: Rotator): Promise<LeakResult> {
  const { config, store, logger, metrics } = rotator;
  const { accessKeyIds, reason, by } = report;
  const mode = config.leaks?.mode ?? 'report';
  const dependencies = { ...dependenciesOf(rotator), caller };
  const problems: string[] = [];
  const revoked =
    mode === 'report'
      ? undefined
      : await revokeLeaked(accessKeyIds, { reason, by }, dependencies).catch((error: unknown) => {
          problems.push(messageOf(error));
          return undefined;
        });
  // Keys that were just deactivated are described after it, so that nothing delays the write.
  const described = await describeKeys(accessKeyIds, dependencies, revoked);
  const runId = revoked?.summary?.runId;
  const organizationId = config.deployment?.organizationId;
  const keys = foundKeys(described, {
    ...given({ organizationId, runId }),
    reason: `${by}: ${reason}`,
  });
  logger.info('leaked keys were reported', { by, mode, runId, keys });
  const unfinished = [...problems, ...retryable(described, revoked)];
  publishLeak(metrics, keys.filter(({ isLive }) => isLive).length);
  if (revoked?.summary) publishRun(metrics, revoked.summary);
  const said = [
    ...keys.map(({ accessKeyId, status }) => `${accessKeyId} ${status}`),
    ...[...problems, ...(revoked?.summary?.problems ?? [])],
    ...(runId === undefined ? [] : ['recorded']),
  ];
  const send = () => notify({ keys, described, revoked, problems }, rotator);
  const notice = await notifyOnce(report, { said, send }, rotator);
  if (notice === 'failed') unfinished.push('the notice could not be sent');
  if (runId !== undefined) await storeReport(runId, rotator);
  if (unfinished.length > 0) throw new LeakUnfinishedError(accessKeyIds, unfinished);
  const handled = JSON.stringify({ at: rotator.now().toISOString(), accessKeyIds, runId });
  if (report.id !== undefined && notice === 'sent') await store.put(handledKey(report.id), handled);
  return { mode, runId, keys };
}

/** Of the object that says that an event was handled: AWS delivers one at least once. */
export function handledKey(id: string): string {
  return `leak-events/${id}.json`;
}

/** What another attempt may do: no permission and no role comes from itself. */
function retryable({ notFound }: KeysDescribed, revoked: LeakEnd | undefined): string[] {
  const failures = [...notFound, ...(revoked?.results ?? [])].flatMap(({ accessKeyId, failure }) =>
    failure && mayPass(failure) ? `${accessKeyId}: ${failure.call}: ${failure.code}` : [],
  );
  return [...new Set(failures)];
}

const mayPass = ({ kind }: Failure): boolean => kind !== 'denied' && kind !== 'cannot-assume';

interface Handled {
  readonly keys: readonly FoundKey[];
  readonly described: KeysDescribed;
  readonly revoked: LeakEnd | undefined;
  readonly problems: readonly string[];
}

/** One notice, whether there was a run or not. Never rejects. @returns false if another attempt may help */
async function notify({ keys, described, revoked, problems }: Handled, rotator: Rotator): Promise<boolean> {
  const { store, logger, now } = rotator;
  const summary = revoked?.summary;
  const shown = new Set(described.notFound.map(({ accessKeyId, message }) => `${accessKeyId}: ${message}`));
  const message = leakMessage(
    {
      reason: keys[0]?.reason ?? '',
      live: keys.filter(({ isLive }) => isLive).length,
      deactivated: summary?.keys.deactivated ?? 0,
      problems: [...problems, ...(summary?.problems ?? []).filter((problem) => !shown.has(problem))],
      runId: summary?.runId,
    },
    renderKeys(described, now(), PLAIN),
  );
  try {
    const run = summary && (await readRun(store, summary.runId).catch(() => undefined));
    const events = [...leakEvents(keys), ...(run ? revokedEvents(run) : [])];
    const sent = await sendNotice({ events, message }, notifierOf(rotator));
    countSent(sent, rotator, summary?.runId);
    if (summary) await openRunLog(store, summary.runId, { writer: NOTICES_WRITER }).append(sent);
    return !sent.some((one) => one.type === 'notice-failed' && mayPass(one.failure));
  } catch (error) {
    logger.error('the notice of leaked keys could not be recorded', { error });
    return true;
  }
}
