import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf } from '../../aws/calling.ts';
import type { Failure } from '../../aws/failure.ts';
import { attachedPolicies } from '../../aws/iam/user-facts.ts';
import type { TargetAccount } from '../../targets/target.ts';
import type { KeyNow } from '../find-keys.ts';
import { mapLimited } from '../map-limited.ts';
import { currentMembers } from '../plan/plan-account.ts';
import type { RunContext } from '../run-context.ts';

/** AWS attaches one of these (now V3) to the user of a key that it found in public. */
const QUARANTINE = /:policy\/(AWSCompromisedKeyQuarantine\w*)$/;

/**
 * Replaces keys by a failure that an undo must not bring back, by what AWS says now: those of users outside
 * the configured groups, or in quarantine, or whose policies cannot be read.
 * @param overrideUsers names of users about whom nothing is asked
 * @throws CallFailedError when the groups cannot be read
 */
export async function refuseUsers(
  iam: IAMClient,
  keys: ReadonlyMap<string, KeyNow>,
  target: TargetAccount,
  overrideUsers: readonly string[],
  context: RunContext,
): Promise<ReadonlyMap<string, KeyNow>> {
  const overridden = namesIn(overrideUsers);
  const owners = new Set([...keys.values()].flatMap(ownerOf));
  const names = [...owners].filter((name) => !overridden.has(name.toLowerCase()));
  if (names.length === 0) return keys;
  const members = await currentMembers(iam, target, context);
  const inside = namesIn(members.map(({ userName }) => userName));
  const refused = await mapLimited(names, target.settings.callsPerAccount, async (name) =>
    inside.has(name.toLowerCase())
      ? quarantine(iam, name, context.deadline.reading)
      : refusal(name, 'OutsideGroups', 'is in none of the groups that are swept'),
  );
  const byName = new Map(names.map((name, at) => [name, refused[at]]));
  const refusalOf = (key: KeyNow): Failure | undefined =>
    ownerOf(key).flatMap((name) => byName.get(name) ?? [])[0];
  return new Map([...keys].map(([id, key]) => [id, refusalOf(key) ?? key]));
}

function ownerOf(key: KeyNow): string[] {
  return typeof key === 'object' && 'userName' in key ? [key.userName] : [];
}

/** IAM distinguishes names by their letters, not by case. */
function namesIn(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

async function quarantine(iam: IAMClient, name: string, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    const arns = await attachedPolicies(iam, name, signal);
    const policy = arns.map((arn) => QUARANTINE.exec(arn)?.[1]).find((found) => found !== undefined);
    return policy === undefined ? undefined : refusal(name, 'Quarantined', `has AWS's policy ${policy}`);
  } catch (error) {
    return failureOf('iam:ListAttachedUserPolicies', error);
  }
}

function refusal(name: string, code: string, what: string): Failure {
  const message = `${name} ${what}. To restore the key all the same, add --override-user ${name}.`;
  return { kind: 'withheld', call: 'keysweep', code, message };
}
