import type { IAMClient } from '@aws-sdk/client-iam';

import { detailsOf } from '../config/schema.ts';
import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';
import { accessKeys, keyUse } from '../aws/iam/keys.ts';
import { groupMembers } from '../aws/iam/members.ts';
import type { IamUser } from '../aws/iam/user.ts';
import { hasConsoleAccess, userTags } from '../aws/iam/user-facts.ts';
import { isDeployed } from '../deployment/names.ts';
import { openAccountSession } from '../sweep/open-account-session.ts';
import type { TargetAccount } from '../targets/target.ts';
import { inconclusive } from './inconclusive.ts';
import { checkRole } from './check-role.ts';
import { explainDeniedRole } from './denied-role.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, ok, problem, type Finding } from './finding.ts';

export interface ExaminedTarget {
  readonly target: TargetAccount;
  readonly findings: readonly Finding[];
  /** The configured groups that exist in the account; undefined when it could not be read. */
  readonly groups: ReadonlySet<string> | undefined;
  /** AssumeRole was denied; whether the role is at fault depends on the other targets. */
  readonly refused: boolean;
}

/** Enters a target with a read-only session and reads what a plan would, for one user. Never rejects. */
export async function checkTarget(target: TargetAccount, context: DoctorContext): Promise<ExaminedTarget> {
  const unread = { target, groups: undefined, refused: false };
  try {
    context.deadline.reading.throwIfAborted();
    const iam = await openAccountSession(target, { inspects: true }, context, context.deadline.reading);
    return await readTarget(target, iam, context);
  } catch (error) {
    const failure = failureOf('keysweep', error);
    const subject = accountSubject(target.account);
    if (failure.kind === 'cannot-assume') {
      const diagnosis = explainDeniedRole(failure, target.settings.rotationRole.name);
      return { ...unread, findings: [problem('enter-account', subject, diagnosis)], refused: true };
    }
    return {
      ...unread,
      findings: [inconclusive('enter-account', subject, 'whether a sweep can enter the account', error)],
    };
  }
}

async function readTarget(
  target: TargetAccount,
  iam: IAMClient,
  context: DoctorContext,
): Promise<ExaminedTarget> {
  const role = await checkRole(iam, target, context);
  const read = await tryToRead(target, iam, context);
  const findings = [...role, ...('finding' in read ? [read.finding] : [])];
  const subject = accountSubject(target.account);
  const summary = isDeployed(target.settings.rotationRole, context.config)
    ? 'readable; the role is as deployed'
    : 'readable';
  const all = findings.length === 0 ? [ok('read-account', subject, summary)] : findings;
  return { target, findings: all, groups: 'groups' in read ? read.groups : undefined, refused: false };
}

type Read = { readonly groups: ReadonlySet<string> } | { readonly finding: Finding };

async function tryToRead(target: TargetAccount, iam: IAMClient, context: DoctorContext): Promise<Read> {
  try {
    return { groups: await probeReads(target, iam, context) };
  } catch (error) {
    const failure = failureOf('keysweep', error);
    const subject = accountSubject(target.account);
    if (failure.kind !== 'denied')
      return { finding: inconclusive('read-account', subject, 'whether the account can be read', error) };
    return { finding: readRefusal(target, failure) };
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function readRefusal({ account, settings }: TargetAccount, { call, message }: Failure): Finding {
  const { name } = settings.rotationRole;
  const [summary, fix] = message.includes('service control policy')
    ? [
        `A service control policy (SCP) denies ${call} to role ${name}`,
        'Exempt the role in that SCP: add to its Deny the condition ' +
          `ArnNotLike aws:PrincipalArn arn:aws:iam::*:role/${name}.`,
      ]
    : message.includes('permissions boundary')
      ? [
          `A permissions boundary denies ${call} to role ${name}`,
          'Allow it in the boundary (deployment.permissionsBoundary names the one that keysweep attaches).',
        ]
      : [
          `Role ${name} is not allowed to call ${call}`,
          'Deploy the current accounts.json: npm run deploy (docs/deployment.md#what-the-roles-may-do).',
        ];
  const impact = 'A plan cannot read the account, so its keys stay and the run is incomplete.';
  return problem('read-account', accountSubject(account), { summary, impact, fix, detail: message });
}

/** Reads every group and one member, as a plan does. @returns the existing groups @throws CallFailedError */
async function probeReads(
  { account, settings }: TargetAccount,
  iam: IAMClient,
  { deadline: { reading } }: DoctorContext,
): Promise<ReadonlySet<string>> {
  const membersOf = (groupName: string) => groupMembers(iam, { accountId: account.id, groupName }, reading);
  const groups = new Set<string>();
  let member: IamUser | undefined;
  for (const group of settings.groups) {
    const members = await membersOf(group);
    if (members) groups.add(group);
    member ??= members?.[0];
  }
  for (const { name } of settings.exempt.groups.map(detailsOf)) if (await membersOf(name)) groups.add(name);
  if (member) await readUser(iam, member.userName, settings, reading);
  return groups;
}

async function readUser(
  iam: IAMClient,
  userName: string,
  { exempt, rules }: TargetAccount['settings'],
  signal: AbortSignal,
): Promise<void> {
  const [key] = (await accessKeys(iam, userName, signal)) ?? [];
  if (exempt.userTag !== false) await userTags(iam, userName, signal);
  if (rules.users === 'with-console-access') await hasConsoleAccess(iam, userName, signal);
  if (key && rules.mode === 'deactivate-then-delete') await keyUse(iam, key.accessKeyId, signal);
}
