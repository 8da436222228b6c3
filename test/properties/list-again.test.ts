import { afterAll, beforeAll, expect, it } from 'vitest';

import { playActed } from './actor/play.ts';
import { checkActed } from './actor/checking.ts';
import { actedStories } from './actor/drawing.ts';
import { breakBuild } from './broken-build.ts';
import { checkStories, storiesToPlay, timeFor } from './checking.ts';
import { AFTER_FAULTS, stories } from './drawing.ts';
import { play } from './play.ts';

/** No story has more accounts than are described one by one, so this build describes only the first. */
let built: Awaited<ReturnType<typeof breakBuild>>;
beforeAll(async () => {
  built = await breakBuild({
    file: 'src/sweep/apply/recheck-target.ts',
    line: 'config.optOutTag ? Infinity : DESCRIBED',
    instead: '1',
  });
});
afterAll(() => built.remove());

const [FAULTS, ACTS] = [storiesToPlay(40), storiesToPlay(60)];

it(
  'lists its accounts again while calls fail, writes nothing but what is due, and explains what it leaves',
  async (context) => {
    const drawn = stories({ faults: true, chapters: AFTER_FAULTS });
    await checkStories(drawn, FAULTS, (story) => play(story, built.build), context);
    expect.hasAssertions();
  },
  timeFor(FAULTS),
);

it(
  'lists its accounts again while others act, and writes nothing but what is due when it is read last',
  async (context) => {
    await checkActed(actedStories({}), ACTS, (story) => playActed(story, built.build), context);
  },
  timeFor(ACTS),
);
