import { expect, it } from 'vitest';

import { interruptedNotice } from '../../src/commands/interrupted-notice.ts';
import type { Step } from '../../src/sweep/progress.ts';

it.each<[string, Step, string[]]>([
  ['nothing if a run had not begun to write', { step: 'planning', done: 1, total: 2 }, []],
  [
    'how to continue if a run was interrupted after it had begun to write',
    { step: 'applying', done: 0, total: 2 },
    [expect.stringContaining('keysweep show 20261127T225500Z-1a2b3c') as string],
  ],
])('says %s', (_, step, expected) => {
  const said: string[] = [];
  const seen: Step[] = [];
  const { progress, explain } = interruptedNotice({
    progress: (step) => void seen.push(step),
    say: (text) => void said.push(text),
  });
  progress(step);
  explain('20261127T225500Z-1a2b3c');
  expect(seen).toEqual([step]);
  expect(said).toEqual(expected);
});
