import fc from 'fast-check';

import { anyFacts } from '../actor/drawing.ts';
import type { RunToPlay } from '../actor/story.ts';
import { ATTACK_KINDS, OBJECT_KINDS, type Attack, type AttackKind } from './attacks.ts';
import type { Sent } from './events.ts';
import { AttackedStory } from './story.ts';

const at = (type: RunToPlay['type'], days = 0): RunToPlay => ({ type, days });

/** An object that is put back within a quarter of an hour cannot be told: docs/adr/0018. */
const anyRuns = fc.constantFrom<(readonly RunToPlay[])[]>(
  [at('sweep'), at('sweep', 7)],
  [at('sweep'), at('undo', 1), at('sweep', 7)],
  [at('sweep'), at('plan', 1), at('sweep', 7)],
  [at('sweep'), at('sweep', 1), at('sweep', 7)],
);

export interface AttackBounds {
  readonly runs?: fc.Arbitrary<readonly RunToPlay[]>;
  readonly how?: readonly AttackKind[];
  readonly attacks?: fc.Arbitrary<readonly Attack[]>;
  readonly sent?: fc.Arbitrary<readonly Sent[]>;
}

export function anyAttacks(how: readonly AttackKind[] = ATTACK_KINDS): fc.Arbitrary<readonly Attack[]> {
  const ofKind = fc.record({ kind: fc.constantFrom(...OBJECT_KINDS), nth: fc.integer({ min: 1, max: 4 }) });
  const attack: fc.Arbitrary<Attack> = fc.record({
    run: fc.nat({ max: 2 }),
    before: fc.oneof(
      { weight: 2, arbitrary: ofKind },
      { weight: 1, arbitrary: fc.record({ operation: fc.nat({ max: 60 }) }) },
    ),
    how: fc.constantFrom(...how),
    seed: fc.nat({ max: 9999 }),
  });
  return fc.array(attack, { minLength: 1, maxLength: 4 });
}

export const anySent: fc.Arbitrary<readonly Sent[]> = fc.array(
  fc.record({
    run: fc.nat({ max: 3 }),
    // A run in one process has only one event.
    before: fc.oneof(fc.constant(0), fc.nat({ max: 6 })),
    way: fc.constantFrom('besides' as const, 'besides' as const, 'instead' as const),
    seed: fc.nat({ max: 9999 }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Objects, events, or both. */
export function attackedStories(bounds: AttackBounds = {}): fc.Arbitrary<AttackedStory> {
  const { runs = anyRuns, how, attacks = anyAttacks(how), sent = anySent } = bounds;
  const noAttacks = fc.constant<readonly Attack[]>([]);
  const noneSent = fc.constant<readonly Sent[]>([]);
  const both = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(attacks, noneSent) },
    { weight: 2, arbitrary: fc.tuple(noAttacks, sent) },
    { weight: 1, arbitrary: fc.tuple(attacks, sent) },
  );
  return fc.record({ facts: anyFacts, runs, both }).map(({ facts, runs: drawn, both: [objects, events] }) => {
    const ofRun = <One extends { readonly run: number }>(one: One, many: number): One => ({
      ...one,
      run: one.run % many,
    });
    return new AttackedStory(
      facts,
      drawn,
      objects.map((attack) => ofRun(attack, drawn.length)),
      // Also after the last run.
      events.map((event) => ofRun(event, drawn.length + 1)),
    );
  });
}
