import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { MachineUser } from '../rules/machine-user.ts';

/** A due key, or one that the run wrote to. */
export interface KeyLine {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly accessKeyId: string;
  /** `deactivated`, `failed` …; `to deactivate`, `to delete` if nothing was written. */
  readonly outcome: string;
  readonly reason: string;
  readonly createDate: Date | undefined;
  readonly lastUsed?: Date | null | undefined;
  /** Whether its account is. */
  readonly armed: boolean;
}

/** In the order of accounts. */
export function keyLines(run: StoredRun): KeyLine[] {
  return [...run.accounts.values()].flatMap(keyLinesOf);
}

export function isLeft({ outcome }: KeyLine): boolean {
  return outcome.startsWith('to ');
}

/** Done or to be done. */
export function isDelete({ outcome }: KeyLine): boolean {
  return outcome === 'to delete' || outcome === 'deleted';
}

function keyLinesOf({ account, plan, writes }: StoredAccount): KeyLine[] {
  const due = (plan?.decisions ?? []).filter(({ action }) => action !== 'keep');
  const armed = plan?.armed ?? true;
  const dueIds = new Set(due.map(({ accessKeyId }) => accessKeyId));
  const others = [...writes.values()].filter(({ accessKeyId }) => !dueIds.has(accessKeyId));
  return [
    ...due.map(({ userName, accessKeyId, action, reason, createDate, lastUsed }) => ({
      account,
      userName,
      accessKeyId,
      outcome: writes.get(accessKeyId)?.outcome ?? `to ${action}`,
      reason,
      createDate,
      lastUsed,
      armed,
    })),
    ...others.map(({ userName, accessKeyId, outcome, intended }) => ({
      account,
      userName,
      accessKeyId,
      outcome,
      reason: intended?.reason ?? '',
      createDate: undefined,
      armed,
    })),
  ];
}

/** A user with due keys who may be a machine. */
export interface MachineUserLine extends MachineUser {
  readonly account: OrganizationAccount;
  readonly armed: boolean;
  readonly dueKeys: number;
}

/** Those without a password first. */
export function machineUserLines(run: StoredRun): MachineUserLine[] {
  return [...run.accounts.values()]
    .flatMap(({ account, plan }) =>
      (plan?.machineUsers ?? []).map((user) => ({
        ...user,
        account,
        armed: plan?.armed ?? false,
        dueKeys: (plan?.decisions ?? []).filter(
          ({ userName, action }) => userName === user.userName && action !== 'keep',
        ).length,
      })),
    )
    .toSorted((a, b) => Number(a.sign === 'name') - Number(b.sign === 'name'));
}
