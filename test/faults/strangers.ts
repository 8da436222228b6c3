import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { DAY, fromNow } from '../support/clock.ts';
import { addLedger, earlierSummary, EARLIER_RUN, LEAKED_KEYS, store, storeLeaked, TARGETS } from './world.ts';

/** The only OU, account and bucket of {@link strangers}; the bucket is named like ours. */
export const THEIR_OU = 'Theirs';
export const THEIR_ACCOUNT = '200000000001';

/** Another organization, whose answers are right and not about ours. */
export function strangers(): SandboxOrganization {
  const organization = new SandboxOrganization({ seed: 'strangers', managementAccountId: '888888888888' });
  const unit = organization.addOrganizationalUnit(THEIR_OU);
  for (const id of [THEIR_ACCOUNT, '200000000002'])
    organization.addAccount({ id, parent: unit, tags: { team: 'y' } });
  addLedger(organization);
  storeLikeOurs(organization);
  return organization;
}

/** Under the names of our objects: other locks, another summary, other keys, and one that is leaked. */
function storeLikeOurs(organization: SandboxOrganization): void {
  const then = fromNow(-8 * DAY).toISOString();
  const lock = { runId: EARLIER_RUN, host: 'theirs', pid: 2, heldUntil: then, released: true };
  store(organization, 'locks/00000003.json', lock);
  store(organization, `runs/${EARLIER_RUN}/summary.json`, earlierSummary(organization, then));
  for (const id of TARGETS) store(organization, `accounts/${id}.json`, { keys: {} });
  storeLeaked(organization, LEAKED_KEYS[0], {});
}
