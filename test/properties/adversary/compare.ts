import { expect } from 'vitest';

import type { Engine } from './engines.ts';
import { playAttacked, type PlayedRun } from './play.ts';
import type { AttackedStory } from './story.ts';

/**
 * Plays a story with and without its attacks.
 * @throws when a write is not permitted, something forged is read and not named, or an account is not swept
 *   as it would be without them
 */
export async function checkAttacked(story: AttackedStory, open: () => Engine): Promise<readonly PlayedRun[]> {
  const played = await playAttacked(story, open());
  const affected = new Set<string>();
  let calm: readonly PlayedRun[] | undefined;
  for (const [number, run] of played.entries()) {
    for (const id of affectedBy(run)) affected.add(id);
    if (affected.has('all')) break;
    calm ??= await playAttacked(story.calm, open());
    const others = ({ writes }: PlayedRun): unknown[] =>
      [...writes].filter(([, { account }]) => !affected.has(account)).sort();
    const told = [...run.attacked.map(({ key, how }) => `${how} ${key}`), ...run.sent].join('\n');
    expect(others(run), `writes of run ${number}, after ${told}`).toEqual(others(calm[number]!));
  }
  return played;
}

/** The accounts that may fail because of it: nobody knows what was there, and nobody else can put it back. */
function affectedBy({ attacked, isLed }: PlayedRun): string[] {
  if (isLed) return ['all'];
  return attacked.flatMap(({ key, how }) => {
    if (how === 'remove' && !key.startsWith('accounts/') && key !== 'watch.json') return ['all'];
    return how === 'plant' ? (/^accounts\/(\d+)/.exec(key)?.slice(1) ?? []) : [];
  });
}
