import type { RequestCounts } from '../aws/request-counter.ts';
import type { RequestsSent } from '../ledger/record.ts';
import { openRunLog, type LogPosition, type RunLog } from '../ledger/run-log.ts';
import type { RunDependencies } from '../sweep/run-context.ts';

/** Where a step writes down what happens, and with it what it sent to AWS: the end of the run adds that up. */
export interface StepLog extends RunLog {
  /**
   * Stores what was sent after the last records, where this writer has any: nothing comes before the first. Never rejects: a
   * count that is lost fails no run.
   */
  tellRest(): Promise<void>;
}

/**
 * Opens a log in which each append tells what this process sent since the last one, in the same object.
 * @param at whose records these are, and how many objects of them there are already
 */
export function openStepLog(
  runId: string,
  at: LogPosition,
  { store, clients, now }: Pick<RunDependencies, 'store' | 'clients' | 'now'>,
): StepLog {
  const log = openRunLog(store, runId, at);
  let isBegun = (at.stored ?? 0) > 0;
  const sent = (): RequestsSent[] => {
    const since = clients.requests.sinceLast();
    return since.calls + since.throttles > 0
      ? [{ type: 'requests-sent', at: now().toISOString(), ...since }]
      : [];
  };
  return {
    append: async (records) => {
      if (records.length === 0) return log.append(records);
      await log.append([...records, ...sent()]);
      isBegun = true;
    },
    tellRest: async () => {
      if (isBegun) await log.append(sent()).catch(() => undefined);
    },
  };
}

export const NOTHING_SENT: RequestCounts = { calls: 0, throttles: 0 };

/** Pure. */
export function addCounts(one: RequestCounts, other: RequestCounts): RequestCounts {
  return { calls: one.calls + other.calls, throttles: one.throttles + other.throttles };
}
