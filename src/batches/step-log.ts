import type { RequestCounts } from '../aws/request-counter.ts';
import { describeTampering } from '../ledger/object-store.ts';
import type { RequestsSent } from '../ledger/record.ts';
import { NO_OBJECTS, openRunLog, type LogPosition, type RunLog } from '../ledger/run-log.ts';
import type { RunDependencies } from '../sweep/run-context.ts';

/** Also records, for the end of the run, the requests of a step to AWS and what it found tampered with. */
export interface StepLog extends RunLog {
  /** Records the requests since the last append, if there was one. Never rejects: counts are not vital. */
  flush(): Promise<void>;
}

/** Each append stores the requests since the last one in the same object. */
export function openStepLog(
  runId: string,
  position: LogPosition,
  { store, clients, now }: Pick<RunDependencies, 'store' | 'clients' | 'now'>,
): StepLog {
  const log = openRunLog(store, runId, position);
  let hasRecords = (position.stored ?? NO_OBJECTS).objects > 0;
  let named = 0;
  const sent = (): RequestsSent[] => {
    const since = clients.requests.sinceLast();
    const tampered = describeTampering(store).slice(named);
    named += tampered.length;
    if (since.calls + since.throttles + tampered.length === 0) return [];
    const at = now().toISOString();
    return [{ type: 'requests-sent', at, ...since, ...(tampered.length > 0 && { tampered }) }];
  };
  return {
    ...log,
    append: async (records) => {
      if (records.length === 0) return log.append(records);
      await log.append([...records, ...sent()]);
      hasRecords = true;
    },
    flush: async () => {
      if (hasRecords) await log.append(sent()).catch(() => undefined);
    },
  };
}

export const NO_REQUESTS: RequestCounts = { calls: 0, throttles: 0 };

export function addCounts(one: RequestCounts, other: RequestCounts): RequestCounts {
  return { calls: one.calls + other.calls, throttles: one.throttles + other.throttles };
}
