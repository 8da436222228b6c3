import type { Setting } from './setting.ts';

/** A way to take the keys away, which runs in a process of its own. */
export type Contender = (setting: Setting) => Promise<Done>;

export interface Done {
  /** In words, for the notes below the table; empty when all was done. */
  readonly failed: string;
  /** What keysweep's ledger knows of what it read and wrote; the others have none. */
  readonly work?: Work;
}

export interface Work {
  readonly targets: number;
  readonly users: number;
  /** Users whose tags a rule needs. */
  readonly tagged: number;
  /** Keys that were due. */
  readonly due: number;
  /** Targets with such keys. */
  readonly written: number;
}

/** What one contender took. */
export interface Measured extends Done {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}
