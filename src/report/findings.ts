import type { AccountPlanned } from '../ledger/record.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import { isEscapeReason, isRevoke, type KeyDecision } from '../rules/decision.ts';
import { FINDING_RULES, whyDue, whyEscaped, whyUngoverned, type FindingRule } from './finding-rules.ts';
import { printable } from './printable.ts';
import { ageInDays, DAY_MS } from './words.ts';

type Key = Pick<KeyDecision, 'userName' | 'accessKeyId'> &
  Partial<Pick<KeyDecision, 'status' | 'createDate'>>;

/** A key, as far as it was read, and the rule that it breaks. Its texts are printable. */
export interface Finding extends Key {
  /** The same in every run. */
  readonly id: string;
  readonly rule: FindingRule;
  /** `resolved`: an earlier run found it, and the key is gone, inactive or within the rules. */
  readonly state: 'new' | 'known' | 'resolved';
  readonly accountId: string;
  readonly accountName: string;
  readonly organizationalUnit: string | undefined;
  readonly since: Date;
  readonly title: string;
  readonly description: string;
}

/** Names of OUs by account ID. */
type Units = ReadonlyMap<string, string>;

/**
 * What a run found, and what earlier ones found and this one resolved. What it did not read stays as it was.
 * @param earlier findings of earlier runs, the newest first
 */
export function findingsOf(run: StoredRun, earlier: readonly Finding[], units: Units): Finding[] {
  const found = [...run.accounts.values()].flatMap((account) => findingsIn(account, run, units));
  const open = new Set(found.map(({ id }) => id));
  const known = new Map(earlier.toReversed().map((finding) => [finding.id, finding]));
  const resolved = [...known.values()].filter((finding) => !open.has(finding.id) && isResolved(finding, run));
  return [
    ...found.map((finding): Finding => (known.has(finding.id) ? { ...finding, state: 'known' } : finding)),
    ...resolved.map((finding): Finding => ({ ...finding, state: 'resolved' })),
  ];
}

/** When what a run found was true. */
export function foundAt({ started, summary }: StoredRun): Date {
  return new Date(summary?.finishedAt ?? started.at);
}

/** A key that has left the groups is reported once, though it lives: only a run that sees it resolves it. */
function isResolved({ rule, accountId, accessKeyId }: Finding, { accounts }: StoredRun): boolean {
  const account = accounts.get(accountId);
  if (!account) return true;
  const isSeen = account.plan?.decisions.some((decision) => decision.accessKeyId === accessKeyId);
  return isSeen === true || (rule !== 'escaped' && isReadCompletely(account));
}

/** A key that is not in such an account is gone, or of nobody in the groups. */
export function isReadCompletely({ plan }: StoredAccount): boolean {
  return plan?.unreadUsers.length === 0;
}

export function findingsIn(stored: StoredAccount, { started }: StoredRun, units: Units): Finding[] {
  const { account, plan, writes } = stored;
  if (!plan) return [];
  const escapes = new Map((plan.escaped ?? []).map((escape) => [escape.accessKeyId, escape]));
  const unit = units.get(account.id);
  const finding = (key: Key, rule: FindingRule, why: string, since: Date): Finding => {
    const { accessKeyId, status, createDate } = key;
    const [accountName, userName] = [printable(account.name), printable(key.userName)];
    const name = `Access key ${accessKeyId} of IAM user ${userName}`;
    return {
      ...{ id: `keysweep/${account.id}/${accessKeyId}/${rule}`, rule, state: 'new' },
      ...{ accountId: account.id, accountName, organizationalUnit: unit && printable(unit) },
      ...{ userName, accessKeyId, ...(status && { status }), ...(createDate && { createDate }), since },
      title: `${name} ${FINDING_RULES[rule].title}`,
      description: `${name} in account ${accountName} (${account.id}). ${why}`,
    };
  };
  const decided = plan.decisions.flatMap((decision) => {
    const escape = escapes.get(decision.accessKeyId);
    escapes.delete(decision.accessKeyId);
    if (escape) return [finding(decision, 'escaped', whyEscaped(escape), decision.createDate)];
    const { createDate } = decision;
    const write = writes.get(decision.accessKeyId);
    if (decision.status !== 'Active' || isRevoked(write)) return [];
    if (isEscapeReason(decision.reason))
      return [finding(decision, 'ungoverned', whyUngoverned(decision), createDate)];
    const why = whyDue(decision, plan, write);
    const { maxKeyAgeDays = 0, maxUnusedDays = 0 } = plan.rules ?? {};
    if (decision.reason === 'maxUnusedDays reached')
      return [finding(decision, 'unused', why, daysAfter(decision.lastUsed ?? createDate, maxUnusedDays))];
    if (!isOverAge(decision, plan, started.at)) return [];
    return [finding(decision, 'over-age', why, daysAfter(createDate, maxKeyAgeDays))];
  });
  const others = [...escapes.values()].map((escape) =>
    finding(escape, 'escaped', whyEscaped(escape), new Date(started.at)),
  );
  return [...decided, ...others];
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}

/** An unconfirmed key counts as active. */
export function isRevoked(write: StoredWrite | undefined): boolean {
  return ['deactivated', 'deleted', 'already-gone'].includes(write?.outcome ?? '');
}

/** Also a due key that is kept, such as one that an undo holds. */
function isOverAge(decision: KeyDecision, { rules }: AccountPlanned, startedAt: string): boolean {
  if (isRevoke(decision)) return true;
  if (['maxKeyAgeDays not reached', 'maxUnusedDays not reached'].includes(decision.reason)) return false;
  return ageInDays(decision.createDate, startedAt) >= (rules?.maxKeyAgeDays ?? 0);
}
