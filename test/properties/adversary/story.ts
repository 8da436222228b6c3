import { toStringMethod } from 'fast-check';

import type { RunToPlay } from '../actor/story.ts';
import type { Facts } from '../story.ts';
import { tell } from '../telling.ts';
import type { Attack } from './attacks.ts';
import type { Sent } from './events.ts';

/** Runs whose ledger is attacked, and in between whose events others are sent. */
export class AttackedStory {
  readonly facts: Facts;
  readonly runs: readonly RunToPlay[];
  readonly attacks: readonly Attack[];
  readonly sent: readonly Sent[];

  constructor(
    facts: Facts,
    runs: readonly RunToPlay[],
    attacks: readonly Attack[],
    sent: readonly Sent[] = [],
  ) {
    this.facts = facts;
    this.runs = runs;
    this.attacks = attacks;
    this.sent = sent;
  }

  /** The same without anybody who disturbs it. */
  get calm(): AttackedStory {
    return new AttackedStory(this.facts, this.runs, []);
  }

  [toStringMethod](): string {
    const runs = this.runs.map(({ type, days }) => (days > 0 ? `${days} days, ${type}` : type));
    const attacks = this.attacks.map(
      ({ run, before, how, seed }) => `  run ${run}, before ${JSON.stringify(before)}: ${how}, seed ${seed}`,
    );
    const sent = this.sent.map(
      ({ run, before, way, seed }) => `  run ${run}, before event ${before}: sends ${way}, seed ${seed}`,
    );
    return ['', ...tell(this.facts).slice(0, -1), `then: ${runs.join(', ')}`, ...attacks, ...sent, ''].join(
      '\n',
    );
  }
}
