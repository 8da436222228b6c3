import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { present } from '../../emulators/seeding.ts';
import { pythonEnvironment } from '../../emulators/python.ts';
import { differences, ourFirings } from './compare.ts';
import { expressions, ZONES } from './expressions.ts';

const python = await pythonEnvironment('cron');
const count = 20;

describe.skipIf(python === undefined)('a second evaluator', { timeout: 120_000 }, () => {
  it('gives the same next 20 firings of random expressions in 17 time zones', async () => {
    const asked = fc.sample(expressions, { numRuns: 340, seed: 1 }).map((expression, index) => ({
      ...{ expression, timezone: ZONES[index % ZONES.length] ?? 'UTC', count },
      after: new Date(Date.UTC(2026, index % 36, 1 + (index % 28), index % 24, index % 60)).toISOString(),
    }));
    expect(await differences(present(python), asked)).toEqual([]);
  });

  it('gives none after the last year that AWS knows', async () => {
    const rare = {
      expression: 'cron(18 16 ? FEB 4#5 *)',
      timezone: 'UTC',
      after: '2026-09-16T20:12:27Z',
      count,
    };
    expect(await differences(present(python), [rare])).toEqual([]);
    expect(ourFirings(rare)).toHaveLength(7);
  });

  it('gives others if the time zone is ignored', async () => {
    const question = { expression: 'cron(0 8 ? * FRI *)', count, after: '2026-01-01T00:00:00.000Z' };
    const asked = ZONES.map((timezone) => ({ ...question, timezone }));
    const found = await differences(present(python), asked, (one) => ourFirings({ ...one, timezone: 'UTC' }));
    expect(found.map(({ timezone }) => timezone)).toEqual(ZONES.filter((zone) => zone !== 'UTC'));
  });
});
