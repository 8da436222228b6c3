import type { StoredAccount } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { MachineUser } from '../rules/machine-user.ts';
import { FirstRows, tally, type Collector } from './collect.ts';

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

/** The due keys of a run, and those that it wrote to. */
export class KeyLines implements Collector {
  readonly rows: FirstRows<KeyLine>;
  /** By outcome, in the order in which each first occurs. */
  readonly counts = new Map<string, number>();
  /** Due keys in accounts that are not armed. */
  unarmed = 0;
  hasLastUse = false;

  /** @param order default: that of the accounts */
  constructor(most: number, order?: (a: KeyLine, b: KeyLine) => number) {
    this.rows = new FirstRows(most, order);
  }

  add(account: StoredAccount): void {
    for (const line of keyLinesOf(account)) {
      this.rows.add(line);
      tally(this.counts, line.outcome);
      if (isLeft(line) && !line.armed) this.unarmed += 1;
      this.hasLastUse ||= line.lastUsed !== undefined;
    }
  }
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
export class MachineUserLines implements Collector {
  readonly rows: FirstRows<MachineUserLine>;

  constructor(most: number) {
    this.rows = new FirstRows(most, (a, b) => Number(a.sign === 'name') - Number(b.sign === 'name'));
  }

  add({ account, plan }: StoredAccount): void {
    for (const user of plan?.machineUsers ?? []) {
      const due = plan?.decisions.filter((key) => key.userName === user.userName && key.action !== 'keep');
      this.rows.add({ ...user, account, armed: plan?.armed ?? false, dueKeys: due?.length ?? 0 });
    }
  }
}
