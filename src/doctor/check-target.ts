import type { IAMClient } from '@aws-sdk/client-iam';

import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';
import { accessKeys, keyLastUsed } from '../aws/iam/keys.ts';
import { groupMembers } from '../aws/iam/members.ts';
import type { IamUser } from '../aws/iam/user.ts';
import { hasConsoleAccess, userTags } from '../aws/iam/user-facts.ts';
import { openAccountSession } from '../sweep/open-account-session.ts';
import type { TargetAccount } from '../targets/target.ts';
import { inconclusive } from './inconclusive.ts';
import { checkRole, isDeployedRole } from './check-role.ts';
import { entryRefusal } from './entry-refusal.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, ok, problem, type Finding } from './finding.ts';

/** What was found in one target. */
export interface ExaminedTarget {
  readonly target: TargetAccount;
  readonly findings: readonly Finding[];
  /** Groups of the configuration that the account has; undefined when it could not be read. */
  readonly groups: ReadonlySet<string> | undefined;
  /** The role was refused; whether that is the role's fault depends on the others. */
  readonly refused: boolean;
}

/** Enters one target in a session that can only read, and asks what a plan would ask, of one user. Never rejects. */
export async function checkTarget(target: TargetAccount, context: DoctorContext): Promise<ExaminedTarget> {
  const nothing = { target, groups: undefined, refused: false };
  try {
    context.deadline.reading.throwIfAborted();
    const iam = await openAccountSession(target, { inspects: true }, context, context.deadline.reading);
    return await examine(target, iam, context);
  } catch (error) {
    const failure = failureOf('keysweep', error);
    const place = accountSubject(target.account);
    if (failure.kind === 'cannot-assume') {
      const complaint = entryRefusal(failure, target.settings.rotationRole.name);
      return { ...nothing, findings: [problem('enter-account', place, complaint)], refused: true };
    }
    return {
      ...nothing,
      findings: [inconclusive('enter-account', place, 'whether a sweep can work there', error)],
    };
  }
}

async function examine(
  target: TargetAccount,
  iam: IAMClient,
  context: DoctorContext,
): Promise<ExaminedTarget> {
  const role = await checkRole(iam, target, context);
  const read = await tryToRead(target, iam, context);
  const findings = [...role, ...('finding' in read ? [read.finding] : [])];
  const place = accountSubject(target.account);
  const what = isDeployedRole(target, context.config)
    ? 'can be entered and read, and the role is as deployed'
    : 'can be entered and read';
  const fine = findings.length === 0 ? [ok('read-account', place, what)] : findings;
  return { target, findings: fine, groups: 'groups' in read ? read.groups : undefined, refused: false };
}

type Read = { readonly groups: ReadonlySet<string> } | { readonly finding: Finding };

async function tryToRead(target: TargetAccount, iam: IAMClient, context: DoctorContext): Promise<Read> {
  try {
    return { groups: await readLikeAPlan(target, iam, context) };
  } catch (error) {
    const failure = failureOf('keysweep', error);
    const place = accountSubject(target.account);
    if (failure.kind !== 'denied')
      return { finding: inconclusive('read-account', place, 'whether the account can be read', error) };
    return { finding: readRefusal(target, failure) };
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function readRefusal({ account, settings }: TargetAccount, { call, message }: Failure): Finding {
  const { name } = settings.rotationRole;
  const impact = 'A plan cannot read the account, so its keys stay and the run is incomplete.';
  const place = accountSubject(account);
  if (message.includes('service control policy')) {
    return problem('read-account', place, {
      summary: `a service control policy (SCP) denies ${call} to role ${name}`,
      impact,
      fix: `Exempt role/${name} from that SCP: a condition ArnNotLike aws:PrincipalArn arn:aws:iam::*:role/${name} on its Deny.`,
      detail: message,
    });
  }
  if (message.includes('permissions boundary')) {
    return problem('read-account', place, {
      summary: `a permissions boundary denies ${call} to role ${name}`,
      impact,
      fix: 'Allow it in the boundary (deployment.permissionsBoundary names the one that keysweep deploys).',
      detail: message,
    });
  }
  return problem('read-account', place, {
    summary: `role ${name} may not call ${call}`,
    impact,
    fix: 'Deploy the role as accounts.json needs it: npm run deploy (docs/deployment.md, "What the roles may do").',
    detail: message,
  });
}

/** Every group, then of one member what a plan asks of all. @returns the groups that exist @throws CallFailedError */
async function readLikeAPlan(
  { settings }: TargetAccount,
  iam: IAMClient,
  { deadline: { reading } }: DoctorContext,
): Promise<ReadonlySet<string>> {
  const groups = new Set<string>();
  let someone: IamUser | undefined;
  for (const group of settings.groups) {
    const members = await groupMembers(iam, group, reading);
    if (members) groups.add(group);
    someone ??= members?.[0];
  }
  for (const group of settings.exempt.groups) if (await groupMembers(iam, group, reading)) groups.add(group);
  if (someone) await readUser(iam, someone.userName, settings, reading);
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
  if (key && rules.mode === 'deactivate-then-delete') await keyLastUsed(iam, key.accessKeyId, signal);
}
