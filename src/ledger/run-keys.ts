import { checkedRunId } from './run-id.ts';

/** Since when the watchdog watches. */
export const WATCH_KEY = 'watch.json';

/** Has a folder for each run. */
export const RUNS = 'runs/';

export function runPrefix(runId: string): string {
  return `${RUNS}${checkedRunId(runId)}/`;
}

/**
 * @param number the objects of one writer are numbered from 1 without a gap
 * @param writer the name of one of several processes; omitted: the process that started the run
 */
export function recordsKey(runId: string, number: number, writer?: string): string {
  return `${recordsPrefix(runId, writer)}${String(number).padStart(8, '0')}.jsonl`;
}

/** Without a writer: the prefix of all writers. */
export function recordsPrefix(runId: string, writer?: string): string {
  return `${runPrefix(runId)}records/${writer === undefined ? '' : `${checkedWriter(writer)}/`}`;
}

/** The writer that ends a run in steps. */
export const END_WRITER = 'end';
/** The writer of the records about sent notices. */
export const NOTICES_WRITER = 'notices';

export function summaryKey(runId: string): string {
  return `${runPrefix(runId)}summary.json`;
}

export function pageKey(runId: string): string {
  return `${runPrefix(runId)}report.html`;
}

/** The index of all runs. */
export const SITE_KEY = 'index.html';

/** Ages of keys, for the index. */
export function agesKey(runId: string): string {
  return `${runPrefix(runId)}ages.json`;
}

/** Starts with a letter, so the objects of the first process sort before the folders of the others. */
const WRITER = /^[a-z][a-z0-9-]*$/;

function checkedWriter(writer: string): string {
  if (!WRITER.test(writer)) throw new RangeError(`not a writer name: ${JSON.stringify(writer)}`);
  return writer;
}
