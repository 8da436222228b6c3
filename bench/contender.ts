import type { Setting } from './setting.ts';

/** A way to take the keys away, which runs in a process of its own. */
export type Contender = (setting: Setting) => Promise<Done>;

export interface Done {
  /** In words, for the notes below the table; empty when all was done. */
  readonly failed: string;
  /** Seconds until 98 of 100 accounts were done; keysweep alone tells. */
  readonly mostDoneSeconds?: number;
  /** What follows on a sweep in the Lambda; measured by itself. */
  readonly afterwards?: () => Promise<void>;
}

/** What a part of a program took. */
export interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the process, until then. */
  readonly peakBytes: number;
}

/** What one contender took. */
export interface Measured extends Omit<Done, 'afterwards'>, Took {
  /** The most that was left of the heap after a full collection of garbage; 0 when there was none. */
  readonly liveBytes: number;
}
