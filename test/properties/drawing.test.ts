import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { OUTCOMES } from '../../src/ledger/outcomes.ts';
import { KEYSWEEP } from './build-under-test.ts';
import { AFTER_FAULTS, anyChapters, stories } from './drawing.ts';
import { foretell, type Foretold } from './model.ts';
import { stageOf } from './stage.ts';
import type { Story } from './telling.ts';

/** Stories in which nothing happens would prove nothing. */
describe('the stories that are drawn', () => {
  let drawn: readonly Story[];
  let foretold: readonly Foretold[];
  beforeAll(() => {
    drawn = fc.sample(stories({ faults: true, chapters: anyChapters }), { numRuns: 300, seed: 1 });
    foretold = drawn.map(({ facts }) => {
      const { built, world } = stageOf(facts, KEYSWEEP);
      const now = built.organization.clock.milliseconds();
      return foretell(facts, world(), { mode: 'sweep', now, ownKey: built.operator.accessKeyId });
    });
  });

  it.each(['ok', 'incomplete', 'stopped'])('end %s', (verdict) => {
    expect(foretold.map((one) => one.verdict)).toContain(verdict);
  });

  it('exceed limits', () => {
    expect(foretold.flatMap((one) => one.exceeded)).toContain('maxKeys');
  });

  // No fault of a call is foretold, so nothing is throttled or out of reach; and no story has an inventory.
  const others = /throttled|not-reached|inventoried/;
  const outcomes = [...OUTCOMES.ok, ...OUTCOMES.bad].filter((one) => !others.test(one));
  it.each(outcomes)('have accounts that end %s', (outcome) => {
    expect(foretold.filter((one) => one.outcomes.includes(outcome)).length).toBeGreaterThan(10);
  });

  it.each(['keep', 'deactivate', 'delete'] as const)('have keys to %s', (decision) => {
    expect(
      foretold.filter(({ decisions }) => [...decisions.values()].includes(decision)).length,
    ).toBeGreaterThan(10);
  });

  it('have something to do in every third', () => {
    expect(foretold.filter(({ due }) => due.size > 0).length).toBeGreaterThan(drawn.length / 3);
  });

  it('can be told', () => {
    const [story] = fc.sample(stories({ faults: true, chapters: AFTER_FAULTS }), { numRuns: 1, seed: 1 });
    expect(fc.stringify(story)).toMatch(/account 0: the management account[^]*fault: [^]*then: sweep, /);
  });
});
