import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { deadlineIn, deadlineOn, TooLittleTimeError, type Deadline } from '../../src/sweep/deadline.ts';

const over = ({ reading, writing, hard }: Deadline): boolean[] => [
  reading.aborted,
  writing.aborted,
  hard.aborted,
];

describe.concurrent('a deadline by the clock', () => {
  it('of 15 minutes is far away', async () => {
    const deadline = deadlineIn(15 * 60_000);
    await sleep(60);
    expect(over(deadline)).toEqual([false, false, false]);
  });

  it.for([45_000, 15_000, 0, -1])('of %i ms is refused: no batch begins in the last 45 s', (milliseconds) => {
    expect(() => deadlineIn(milliseconds)).toThrow(TooLittleTimeError);
    expect(() => deadlineIn(milliseconds)).toThrow(/Nothing was done. Give the function a longer timeout/);
  });

  it('ends reading first, so that what was planned can still be written', async () => {
    const deadline = deadlineIn(45_000 + 1_000);
    await sleep(300);
    expect(over(deadline)).toEqual([false, false, false]);
    await sleep(480);
    expect(over(deadline)).toEqual([true, false, false]);
    await sleep(400);
    expect(over(deadline)).toEqual([true, true, false]);
  });
});

describe('a deadline by hand', () => {
  it('stops reading and writing when asked to, and calls in flight when told twice', () => {
    const [stop, hard] = [new AbortController(), new AbortController()];
    const deadline = deadlineOn(stop.signal, hard.signal);
    expect(over(deadline)).toEqual([false, false, false]);
    stop.abort();
    expect(over(deadline)).toEqual([true, true, false]);
    hard.abort();
    expect(over(deadline)).toEqual([true, true, true]);
  });

  it('takes any number of listeners without a warning', async () => {
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
