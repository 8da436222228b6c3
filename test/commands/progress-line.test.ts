import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { progressLine, words } from '../../src/commands/progress-line.ts';

describe('the words', () => {
  it.each([
    [{ step: 'working' } as const, 3_000, 'working, 3 s'],
    [{ step: 'listing' } as const, 999, 'listing accounts, 0 s'],
    [{ step: 'planning', done: 0, total: 40 } as const, 5_000, 'planning 0/40 accounts'],
    [{ step: 'planning', done: 10, total: 40 } as const, 10_000, 'planning 10/40 accounts, 30 s left'],
    [{ step: 'applying', done: 1, total: 11 } as const, 60_000, 'applying 1/11 accounts, 10 min left'],
    [{ step: 'applying', done: 11, total: 11 } as const, 60_000, 'applying 11/11 accounts, 0 s left'],
  ])('of %j after %i ms are %j', (step, elapsed, expected) => {
    expect(words(step, elapsed, 0)).toBe(expected);
  });

  it('name the host that does not answer', () => {
    expect(words({ step: 'working' }, 3_000, 0, 'sts.eu-central-1.amazonaws.com')).toBe(
      'working, 3 s, waiting for sts.eu-central-1.amazonaws.com',
    );
  });

  it('have a bar on a terminal', () => {
    expect(words({ step: 'planning', done: 1, total: 2 }, 1_000, 4)).toBe(
      'planning ██░░ 1/2 accounts, 1 s left',
    );
  });
});

describe('on a pipe', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const onPipe = () => {
    const pipe = new PassThrough({ encoding: 'utf8' });
    const line = progressLine(pipe as unknown as NodeJS.WriteStream);
    return { line, shown: () => (pipe.read() as string | null) ?? '' };
  };

  it('is printed every ten seconds, and not before', () => {
    const { line, shown } = onPipe();
    line.show({ step: 'planning', done: 1, total: 4 });
    vi.advanceTimersByTime(9_999);
    expect(shown()).toBe('');
    line.show({ step: 'planning', done: 2, total: 4 });
    vi.advanceTimersByTime(1);
    expect(shown()).toBe('planning 2/4 accounts, 10 s left\n');
    vi.advanceTimersByTime(10_000);
    expect(shown()).toBe('planning 2/4 accounts, 20 s left\n');
  });

  it('ends with the step, and with the command', () => {
    const { line, shown } = onPipe();
    line.show({ step: 'planning', done: 4, total: 4 });
    vi.advanceTimersByTime(30_000);
    line.show({ step: 'applying', done: 1, total: 4 });
    line.end();
    line.show({ step: 'applying', done: 2, total: 4 });
    vi.advanceTimersByTime(30_000);
    expect(shown()).toBe('');
  });
});
