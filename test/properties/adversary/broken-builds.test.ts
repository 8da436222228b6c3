import fc from 'fast-check';
import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, it } from 'vitest';

import { expectCaught, type Break } from '../broken-build.ts';
import type { Build } from '../build-under-test.ts';
import type { Attack, AttackKind, ObjectKind } from './attacks.ts';
import { checkAttacked } from './compare.ts';
import { anyAttacks, attackedStories, type AttackBounds } from './drawing.ts';
import { lambdaEngine, stepsEngine, type Engine } from './engines.ts';

/** As many as `npm test` plays of the right build. */
const STORIES = 40;

const IN_STEPS = (build: Build): Engine => stepsEngine(build, 3);
const none = fc.constant([]);
const OBJECTS: AttackBounds = { sent: none };

/** Before one of the first reads of such an object. */
function attacksOn(kinds: readonly ObjectKind[], how: readonly AttackKind[], runs = [0, 1, 2]): AttackBounds {
  const attack: fc.Arbitrary<Attack> = fc.record({
    run: fc.constantFrom(...runs),
    before: fc.record({ kind: fc.constantFrom(...kinds), nth: fc.integer({ min: 1, max: 2 }) }),
    how: fc.constantFrom(...how),
    seed: fc.nat({ max: 9999 }),
  });
  return { ...OBJECTS, attacks: fc.array(attack, { minLength: 1, maxLength: 3 }) };
}

/** There is nothing else in the ledger then. */
const ON_THE_WATCH: AttackBounds = {
  ...OBJECTS,
  attacks: fc
    .nat({ max: 9999 })
    .map((seed): readonly Attack[] => [{ run: 0, before: { operation: 0 }, how: 'forge', seed }]),
};

const SIGNATURE: Break = {
  file: 'src/ledger/signing.ts',
  line: "if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'))) return 'changed';",
  instead: '',
};

const BREAKS: readonly (readonly [string, (build: Build) => Engine, AttackBounds, Break])[] = [
  ['believes what has no valid signature', lambdaEngine, OBJECTS, SIGNATURE],
  ['believes a forged start of the watchdog', lambdaEngine, ON_THE_WATCH, SIGNATURE],
  [
    'believes an old version that was put back',
    lambdaEngine,
    attacksOn(['locks', 'accounts'], ['put-back'], [1, 2]),
    {
      file: 'src/ledger/signing.ts',
      line: "return apart <= MAX_MINUTES_APART * 60_000 ? undefined : 'rolled-back';",
      instead: 'return undefined;',
    },
  ],
  [
    'believes that what was removed was never there',
    lambdaEngine,
    attacksOn(['accounts'], ['remove'], [1, 2]),
    {
      file: 'src/ledger/s3-versions.ts',
      line: 'const isRemoved = current.removed === true && !REMOVABLE.test(key);',
      instead: 'const isRemoved = false;',
    },
  ],
  [
    'does not look for the last version that verifies',
    lambdaEngine,
    attacksOn(['accounts'], ['forge', 'unsign'], [1, 2]),
    {
      file: 'src/ledger/s3-versions.ts',
      line: 'for (const VersionId of await olderVersions(client, place)) {',
      instead: 'for (const VersionId of [] as string[]) {',
    },
  ],
  [
    'is held up by a lock that keysweep never stored',
    lambdaEngine,
    { ...OBJECTS, attacks: anyAttacks(['plant']) },
    {
      file: 'src/ledger/lock.ts',
      line: 'if (body !== undefined || !store.tampered?.has(key))',
      instead: 'if (key.length > 0)',
    },
  ],
  [
    'keeps silent about what it found tampered with',
    lambdaEngine,
    attacksOn(['accounts', 'locks'], ['forge', 'unsign'], [1, 2]),
    {
      file: 'src/sweep/conclude.ts',
      line: '...new Set([...end.problems, ...gaps, ...describeTampering(context.store)])',
      instead: '...new Set([...end.problems, ...gaps])',
    },
  ],
  [
    'keeps silent about what its steps found tampered with',
    IN_STEPS,
    attacksOn(['accounts', 'batches'], ['forge', 'unsign'], [1, 2]),
    {
      file: 'src/batches/conclude-batches.ts',
      line: '...progress.tampered, ',
      instead: '',
    },
  ],
  [
    'writes what the records of another step say',
    IN_STEPS,
    OBJECTS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: '(await readFates(plan, due, reading, context))',
      instead: 'new Map(due.map((key) => [key.accessKeyId, key]))',
    },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('a build that is broken in one line is caught by the adversary: one that', () => {
  it.each(BREAKS)('%s', { timeout: 300_000 }, async (_, engine, bounds, broken) => {
    await expectCaught(
      broken,
      attackedStories(bounds),
      (story, build) => checkAttacked(story, () => engine(build)),
      STORIES,
    );
  });
});
