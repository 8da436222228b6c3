import { toStringMethod } from 'fast-check';

import type { Moment } from '../../crash/kill-point.ts';
import type { Facts } from '../story.ts';
import { tell } from '../telling.ts';
import type { PlannedAct } from './acts.ts';

export interface RunToPlay {
  readonly type: 'sweep' | 'plan' | 'apply' | 'undo';
  /** That pass before it. */
  readonly days: number;
  /** The process dies at that call or store operation, counted from 0. */
  readonly killed?: { readonly at: number; readonly moment: Moment } | undefined;
}

/** What answers a call in one account, at every time: an empty body, or AWS for another account. */
export interface Lie {
  readonly call: string;
  readonly account: number;
  readonly by: 'nothing' | number;
}

/** Runs, between whose calls others act. */
export class ActedStory {
  readonly facts: Facts;
  readonly runs: readonly RunToPlay[];
  readonly acts: readonly PlannedAct[];
  readonly lies: readonly Lie[];

  constructor(
    facts: Facts,
    runs: readonly RunToPlay[],
    acts: readonly PlannedAct[],
    lies: readonly Lie[] = [],
  ) {
    this.facts = facts;
    this.runs = runs;
    this.acts = acts;
    this.lies = lies;
  }

  [toStringMethod](): string {
    const runs = this.runs.map(({ type, days, killed }) => {
      const death = killed ? ` (killed at ${killed.at}, ${killed.moment})` : '';
      return `${days > 0 ? `${days} days, ` : ''}${type}${death}`;
    });
    const acts = this.acts.map(
      ({ run, before, act }) => `  run ${run}, before ${JSON.stringify(before)}: ${JSON.stringify(act)}`,
    );
    const lies = this.lies.map(
      ({ call, account, by }) => `${call} in account ${account} is answered by ${by}`,
    );
    return ['', ...tell(this.facts).slice(0, -1), ...lies, `then: ${runs.join(', ')}`, ...acts, ''].join(
      '\n',
    );
  }
}
