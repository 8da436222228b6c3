import type { Fault } from '../../sandbox/faults/faults.ts';
import type { Change } from './changes.ts';
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
  /** It has not failed for good, and yet a client may give up, if it says so. */
  readonly perhaps?: (site: Site) => boolean;
  /** The answer says something else, so that nothing at all need be done, if that is said. */
  readonly misleads?: (site: Site) => boolean;
  /** Nothing in the answer gives it away: what hangs on the call may be left, and nobody told. */
  readonly unnoticed?: (site: Site) => boolean;
  /** What somebody does when the last of the faults strikes. */
  readonly change?: (site: Site) => Change | undefined;
  /** Complete answers, or none: they need no sockets to come, and nobody waits for them. */
  readonly isAnswer?: true;
  /** The answer comes when the deadline is over. */
  readonly beyondDeadline?: true;
  /** No answer ever comes; that the client waits for it in vain, test/aws/stalling.test.ts shows. */
  readonly silent?: boolean;
}

const LISTS = new Set([
  'ListAccounts',
  'ListRoots',
  'ListOrganizationalUnitsForParent',
  'ListAccountsForParent',
  'GetResources',
  'ListTagsForResource',
  'ListParents',
  'GetGroup',
  'ListAccessKeys',
  'ListUserTags',
  'ListUsers',
  'ListServiceSpecificCredentials',
  'ListSSHPublicKeys',
  'ListSigningCertificates',
  'ListObjectsV2',
  'ListObjectVersions',
]);
const WRITES = new Set(['UpdateAccessKey', 'DeleteAccessKey', 'PutObject', 'DeleteObject']);

export const everywhere = (): boolean => true;
export const never = (): boolean => false;
export const lists = ({ call }: Site): boolean => LISTS.has(call);
export const writes = ({ call }: Site): boolean => WRITES.has(call);

/** A fault at the site, once unless told otherwise. */
export function faultAt(
  { service, call, aim, nth }: Site,
  more: Pick<Fault, 'kind'> & Partial<Fault>,
): Fault {
  return { service, call, ...aim, occurrence: nth, ...more };
}
