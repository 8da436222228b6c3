import { changeAt } from './changes.ts';
import { everywhere, faultAt, type Harm } from './harm.ts';
import type { Site } from './site.ts';

/** The first attempt is answered too late, and the second gets that answer. */
const late = (site: Site) => [
  faultAt(site, { kind: 'timeout', afterEffect: true }),
  faultAt(site, { kind: 'earlier-answer', occurrence: site.nth + 1 }),
];

export const LATE_ANSWERS: readonly Harm[] = [
  { name: 'late answer, to the retry', faults: late, heals: everywhere, at: everywhere },
  {
    name: 'the same, out of date by then',
    faults: late,
    heals: everywhere,
    change: changeAt,
    at: (site) => site.phase === 'reading' && changeAt(site) !== undefined,
  },
];
