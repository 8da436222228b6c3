import { toStringMethod } from 'fast-check';

import type { Facts } from '../story.ts';
import { tell } from '../telling.ts';
import type { PlannedAct } from './acts.ts';

export interface RunToPlay {
  readonly type: 'sweep' | 'plan' | 'apply' | 'undo';
  /** That pass before it. */
  readonly days: number;
}

/** Runs, between whose calls others act. */
export class ActedStory {
  readonly facts: Facts;
  readonly runs: readonly RunToPlay[];
  readonly acts: readonly PlannedAct[];

  constructor(facts: Facts, runs: readonly RunToPlay[], acts: readonly PlannedAct[]) {
    this.facts = facts;
    this.runs = runs;
    this.acts = acts;
  }

  [toStringMethod](): string {
    const runs = this.runs.map(({ type, days }) => (days > 0 ? `${days} days, ${type}` : type));
    const acts = this.acts.map(
      ({ run, before, act }) => `  run ${run}, before ${JSON.stringify(before)}: ${JSON.stringify(act)}`,
    );
    return ['', ...tell(this.facts).slice(0, -1), `then: ${runs.join(', ')}`, ...acts, ''].join('\n');
  }
}
