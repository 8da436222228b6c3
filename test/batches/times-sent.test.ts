import { describe, expect, it } from 'vitest';

import { InvalidStepError } from '../../src/batches/errors.ts';
import { checkTimes, parseStep } from '../../src/batches/step.ts';
import { fromNow, MINUTE } from '../support/clock.ts';

const NOW = fromNow(0);
const at = (minutes: number): string => fromNow(minutes * MINUTE).toISOString();

const begin = (StartTime: string, start: object = {}) => ({
  step: 'begin',
  execution: { Name: 'a', StartTime },
  start: { mode: 'sweep', ...start },
});

describe('the times that an execution names', () => {
  it.each([
    ['a sweep that began ahead of now', begin('9999-12-31T23:59:59Z')],
    ['a slot that is ahead of now', begin(at(0), { scheduledFor: at(10) })],
  ])('are refused: %s', (_, event) => {
    const step = parseStep(event);
    if (!('execution' in step)) throw new Error('no execution');
    expect(() => {
      checkTimes(step, NOW);
    }).toThrow(InvalidStepError);
  });

  it.each([
    ['a moment ahead, by another clock', begin(at(1))],
    ['hours ago, in the last step', begin(at(-300), { scheduledFor: at(-310) })],
  ])('are accepted: %s', (_, event) => {
    const step = parseStep(event);
    if (!('execution' in step)) throw new Error('no execution');
    checkTimes(step, NOW);
    expect(step.step).toBe('begin');
  });

  it('are nothing that a sweep decides for', () => {
    expect(() => parseStep(begin(at(0), { noticeFor: '2099-01-01T00:00:00Z' }))).toThrow(
      /noticeFor: expected nothing: only a plan can decide for a later time/,
    );
    expect(parseStep(begin(at(0), { mode: 'plan', noticeFor: at(600) }))).toMatchObject({ step: 'begin' });
  });
});
