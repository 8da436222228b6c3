import type { FaultKind } from '../../sandbox/faults/faults.ts';
import { everywhere, faultAt, lists, never, SLOW_MILLISECONDS, writes, type Harm } from './harm.ts';
import { LATE_ANSWERS } from './late-answers.ts';
import { MODELLED_ERRORS } from './modelled-errors.ts';
import { PAGE_ORDERS } from './page-orders.ts';
import type { Site } from './site.ts';
import { WRONG_ANSWERS } from './wrong-answers.ts';

const fromThereOn = ({ nth }: Site) => ({ from: nth, to: Infinity });

/** Once, and at every later attempt too. */
function onceAndAlways(kind: FaultKind, words: string): Harm[] {
  const silent = kind === 'timeout';
  return [
    {
      name: `${words}, once`,
      faults: (site) => [faultAt(site, { kind })],
      heals: everywhere,
      at: everywhere,
      silent,
    },
    {
      name: `${words}, always`,
      faults: (site) => [faultAt(site, { kind, occurrence: fromThereOn(site) })],
      heals: never,
      at: everywhere,
      silent,
    },
  ];
}

/** S3 answers these with a status and headers; there is nothing in the body to be misread. */
const saysNothing = ({ call }: Site): boolean => ['PutObject', 'HeadObject', 'DeleteObject'].includes(call);

/** A body that is not as it was signed is nobody's: what is found elsewhere is taken, the rest is named. */
const isSignedByUs = ({ call, governs }: Site): boolean => call === 'GetObject' && governs.what === 'run';

function denied(by: string, reason: string): Harm {
  return {
    name: `denied by ${by}`,
    faults: (site) => [faultAt(site, { kind: 'denied', reason, occurrence: fromThereOn(site) })],
    heals: never,
    at: everywhere,
  };
}

function lostAnswer(words: string, ...then: readonly FaultKind[]): Harm {
  return {
    name: `done, answer lost, ${words}`,
    faults: (site) => [
      faultAt(site, { kind: 'reset', afterEffect: true }),
      ...then.map((kind) => faultAt(site, { kind, occurrence: { from: site.nth + 1, to: Infinity } })),
    ],
    heals: () => then.length === 0,
    at: writes,
  };
}

export const HARMS: readonly Harm[] = [
  ...onceAndAlways('throttle', 'throttled'),
  ...onceAndAlways('internal-error', 'error 500'),
  ...onceAndAlways('unavailable', 'error 503'),
  ...onceAndAlways('timeout', 'no answer'),
  ...onceAndAlways('reset', 'connection reset'),
  ...onceAndAlways('truncated', 'answer cut off'),
  ...onceAndAlways('garbled', 'answer garbled').map((harm) => ({
    ...harm,
    heals: saysNothing,
    misleads: isSignedByUs,
  })),
  // No client retries after a complete answer, so once equals always.
  {
    name: 'answer of another shape',
    faults: (site) => [faultAt(site, { kind: 'other-shape' })],
    heals: saysNothing,
    misleads: isSignedByUs,
    at: everywhere,
  },
  denied('an identity policy', 'because no identity-based policy allows the action'),
  denied('a service control policy', 'with an explicit deny in a service control policy'),
  denied('a permissions boundary', 'because no permissions boundary allows the action'),
  {
    name: 'session expired',
    faults: (site) => [faultAt(site, { kind: 'expired-token', occurrence: fromThereOn(site) })],
    heals: never,
    at: everywhere,
  },
  {
    name: 'empty page, more to come',
    faults: (site) => [faultAt(site, { kind: 'empty-page' })],
    heals: everywhere,
    at: lists,
  },
  {
    name: 'page of one',
    faults: (site) => [faultAt(site, { kind: 'short-page' })],
    heals: everywhere,
    at: lists,
  },
  {
    name: 'slow beyond the deadline',
    faults: (site) => [faultAt(site, { kind: 'slow', milliseconds: SLOW_MILLISECONDS })],
    heals: never,
    at: everywhere,
    beyondDeadline: true,
  },
  lostAnswer('then well'),
  lostAnswer('then always throttled', 'throttle'),
  lostAnswer('then denied', 'denied'),
  ...[...WRONG_ANSWERS, ...MODELLED_ERRORS, ...LATE_ANSWERS, ...PAGE_ORDERS].map((harm) => ({
    ...harm,
    isAnswer: true as const,
  })),
];
