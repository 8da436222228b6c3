import type { Fault, FaultKind } from '../../sandbox/faults/faults.ts';
import type { Site } from './site.ts';

/** How long after the deadline an answer comes that is slow beyond it. */
export const SLOW_MILLISECONDS = 150;

/** What goes wrong at a site, and whether a client that tries again gets past it. */
export interface Harm {
  readonly name: string;
  readonly faults: (site: Site) => readonly Fault[];
  /** false: the call has failed for good. */
  readonly heals: (site: Site) => boolean;
  readonly at: (site: Site) => boolean;
  /** The answer comes when the deadline is over. */
  readonly beyondDeadline?: true;
  /** The client waits for an answer that never comes, so it had better not wait long. */
  readonly silent?: boolean;
}

const LISTS = new Set([
  'ListAccounts',
  'ListRoots',
  'ListOrganizationalUnitsForParent',
  'ListAccountsForParent',
  'GetResources',
  'ListTagsForResource',
  'GetGroup',
  'ListAccessKeys',
  'ListUserTags',
  'ListObjectsV2',
]);
const WRITES = new Set(['UpdateAccessKey', 'DeleteAccessKey', 'PutObject', 'DeleteObject']);

const everywhere = (): boolean => true;
const lists = ({ call }: Site): boolean => LISTS.has(call);
const writes = ({ call }: Site): boolean => WRITES.has(call);

/** A fault at the site, once unless told otherwise. */
export function faultAt(
  { service, call, aim, nth }: Site,
  more: Pick<Fault, 'kind'> & Partial<Fault>,
): Fault {
  return { service, call, ...aim, occurrence: nth, ...more };
}

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

const never = (): boolean => false;

/** S3 answers these with a status and headers; there is nothing in the body to be misread. */
const saysNothing = ({ call }: Site): boolean => ['PutObject', 'HeadObject', 'DeleteObject'].includes(call);

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
  ...onceAndAlways('garbled', 'answer garbled').map((harm) => ({ ...harm, heals: saysNothing })),
  // No client retries after a complete answer, so once equals always.
  {
    name: 'answer of another shape',
    faults: (site) => [faultAt(site, { kind: 'other-shape' })],
    heals: saysNothing,
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
];
