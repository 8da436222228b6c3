import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { deadlineIn, deadlineOn, type Deadline } from '../../src/sweep/deadline.ts';
import { TooLittleTimeError } from '../../src/sweep/errors.ts';

const over = ({ reading, writing, hard }: Deadline): boolean[] => [
  reading.aborted,
  writing.aborted,
  hard.aborted,
];

describe('a deadline in milliseconds', () => {
  it('ends reading first, so that plans can still be applied, then writing, then calls in flight', () => {
    const ends: AbortController[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const end = new AbortController();
      ends.push(end);
      return end.signal;
    });
    const deadline = deadlineIn(15 * 60_000);
    expect(timeout.mock.calls).toEqual([[513_000], [855_000], [885_000]]);
    timeout.mockRestore();
    const states = ends.map((end) => {
      end.abort();
      return over(deadline);
    });
    expect(states).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('needs more than 45 s', () => {
    expect(over(deadlineIn(45_001))).toEqual([false, false, false]);
  });

  it.each([45_000, 15_000, 0, -1])(
    'of %i ms is refused: no batch starts in the last 45 s',
    (milliseconds) => {
      expect(() => deadlineIn(milliseconds)).toThrow(TooLittleTimeError);
    },
  );

  it('is refused with the reason, and what to do', () => {
    const message =
      'This run has 44 s left and needs more than 45 s to end in order. ' +
      'Nothing was done. Set the timeout of the function to 15 minutes, as npm run deploy does.';
    expect(() => deadlineIn(44_999)).toThrow(
      expect.objectContaining({ name: 'TooLittleTimeError', message }) as Error,
    );
  });
});

describe('a deadline by signals', () => {
  it('stops reading and writing at the first signal, and calls in flight at the second', () => {
    const [stop, hard] = [new AbortController(), new AbortController()];
    const deadline = deadlineOn(stop.signal, hard.signal);
    expect(over(deadline)).toEqual([false, false, false]);
    stop.abort();
    expect(over(deadline)).toEqual([true, true, false]);
    hard.abort();
    expect(over(deadline)).toEqual([true, true, true]);
  });

  it('allows any number of listeners without a warning', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const { reading } = deadlineOn(new AbortController().signal, new AbortController().signal);
    for (let index = 0; index < 200; index += 1) reading.addEventListener('abort', () => undefined);
    await sleep(20);
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});
