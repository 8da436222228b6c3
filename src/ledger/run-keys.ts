import { checkedRunId } from './run-id.ts';

/** Below this, a folder for each run. */
export const RUNS = 'runs/';

/** Everything that is stored of one run. */
export function runPrefix(runId: string): string {
  return `${RUNS}${checkedRunId(runId)}/`;
}

/**
 * Key of an object of records; those of one writer are numbered from 1 without a gap.
 * @param writer one of several that write down the same run, by its name; left out: the one that began the run
 */
export function recordsKey(runId: string, number: number, writer?: string): string {
  return `${recordsPrefix(runId, writer)}${String(number).padStart(8, '0')}.jsonl`;
}

/** With all writers when none is named. */
export function recordsPrefix(runId: string, writer?: string): string {
  return `${runPrefix(runId)}records/${writer === undefined ? '' : `${checkedWriter(writer)}/`}`;
}

export function summaryKey(runId: string): string {
  return `${runPrefix(runId)}summary.json`;
}

export function pageKey(runId: string): string {
  return `${runPrefix(runId)}report.html`;
}

/** A letter first: the objects of the writer that began the run sort before the folders of the others. */
const WRITER = /^[a-z][a-z0-9-]*$/;

function checkedWriter(writer: string): string {
  if (!WRITER.test(writer)) throw new RangeError(`not the name of a writer: ${JSON.stringify(writer)}`);
  return writer;
}
