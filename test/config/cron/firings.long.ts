import fc from 'fast-check';
import { expect, it } from 'vitest';

import { pythonEnvironment } from '../../emulators/python.ts';
import { present } from '../../emulators/seeding.ts';
import { differences } from './compare.ts';
import { expressions, ZONES } from './expressions.ts';

const EXPRESSIONS = 5_000;
const AT_A_TIME = 250;
const python = await pythonEnvironment('cron');
const seed = Number(process.env.KEYSWEEP_SEED);

it.skipIf(python === undefined)(
  `gives the same next 20 firings of ${EXPRESSIONS} expressions in each of 17 time zones (seed ${seed})`,
  { timeout: 3_600_000 },
  async () => {
    const drawn = fc.sample(
      fc.tuple(
        expressions,
        fc.date({ min: new Date('2026-01-01'), max: new Date('2032-01-01'), noInvalidDate: true }),
      ),
      { numRuns: EXPRESSIONS, seed },
    );
    for (let from = 0; from < drawn.length; from += AT_A_TIME) {
      const asked = drawn
        .slice(from, from + AT_A_TIME)
        .flatMap(([expression, date]) =>
          ZONES.map((timezone) => ({ expression, timezone, after: date.toISOString(), count: 20 })),
        );
      expect(await differences(present(python), asked)).toEqual([]);
    }
  },
);
