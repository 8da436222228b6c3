import type { Fault, OtherRequest } from '../../sandbox/faults/faults.ts';
import { everywhere, faultAt, never, writes, type Harm } from './harm.ts';
import { anotherAccounts, anotherCalls, anothers } from './other-requests.ts';
import type { Site } from './site.ts';

type Other = (site: Site) => OtherRequest | undefined;

/** Whose it is, these answers do not say; docs/fault-matrix.md. */
const NAMELESS = {
  call: ['ListAccounts', 'ListAccountsForParent'],
  account: [
    'ListTagsForResource',
    'ListParents',
    'ListAccessKeys',
    'ListUserTags',
    'GetLoginProfile',
    'GetAccessKeyLastUsed',
    'UpdateAccessKey',
    'DeleteAccessKey',
    'ListObjectsV2',
    'ListObjectVersions',
  ],
  subject: ['ListTagsForResource', 'ListParents', 'ListUserTags', 'UpdateAccessKey', 'DeleteAccessKey'],
};

/** Where accounts are, who asks, and what earlier runs did: no key hangs on it alone. */
const isAboutAll = ({ service, call, governs }: Site): boolean =>
  call === 'GetCallerIdentity' ||
  (call === 'GetObject' && governs.what === 'run') ||
  (service !== 's3' && governs.what === 'nothing');

const among =
  (calls: readonly string[]) =>
  ({ call }: Site): boolean =>
    calls.includes(call);

/** As an answer, in place of the effect of a write. */
function instead(
  name: string,
  kind: Fault['kind'],
  other: Other | undefined,
  unnoticed: Harm['heals'] = never,
): Harm {
  return {
    name,
    faults: (site) => [faultAt(site, { kind, ...(other && { instead: other(site) ?? {} }) })],
    heals: never,
    unnoticed,
    misleads: (site) => other !== undefined && isAboutAll(site),
    at: (site) => !other || other(site) !== undefined,
  };
}

/** The same after the effect of a write. */
function afterEffect({ name, faults, at }: Harm): Harm {
  return {
    name: `done, ${name}`,
    faults: (site) => faults(site).map((fault) => ({ ...fault, afterEffect: true })),
    heals: never,
    perhaps: everywhere,
    at: (site) => writes(site) && at(site),
  };
}

const IN_PLACE = [
  instead('status 200 with a web page', 'html-page', undefined),
  instead('status 200 with nothing', 'empty-body', undefined),
  instead('answer of another call', 'other-answer', anotherCalls, among(NAMELESS.call)),
];

export const WRONG_ANSWERS: readonly Harm[] = [
  ...IN_PLACE,
  instead('answer of another account', 'other-answer', anotherAccounts, among(NAMELESS.account)),
  instead('answer about another', 'other-answer', anothers, among(NAMELESS.subject)),
  ...IN_PLACE.map(afterEffect),
];
