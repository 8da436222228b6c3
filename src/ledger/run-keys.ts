import { checkedRunId } from './run-id.ts';

/** Below this, a folder for each run. */
export const RUNS = 'runs/';

/** Key of a run's object of records; they are numbered from 1 without a gap. */
export function recordsKey(runId: string, number: number): string {
  return `${recordsPrefix(runId)}${String(number).padStart(8, '0')}.jsonl`;
}

export function recordsPrefix(runId: string): string {
  return `${RUNS}${checkedRunId(runId)}/records/`;
}

export function summaryKey(runId: string): string {
  return `${RUNS}${checkedRunId(runId)}/summary.json`;
}
