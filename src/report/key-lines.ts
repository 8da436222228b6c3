import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { MachineSign, MachineUser } from '../rules/machine-user.ts';
import type { KeyDecision } from '../rules/decision.ts';

/** One key that a run meant to revoke or restore, and what became of it. */
export interface KeyLine {
  readonly accountId: string;
  readonly accountName: string;
  readonly userName: string;
  readonly accessKeyId: string;
  /** `deactivated`, `failed` …; `would deactivate` where nothing was to be written. */
  readonly what: string;
  readonly reason: string;
  readonly createDate: Date | undefined;
}

/** A user with due keys who may be a machine. */
export interface MachineUserLine extends MachineUser {
  readonly accountId: string;
  readonly accountName: string;
  readonly armed: boolean;
  readonly dueKeys: number;
}

/** Users whose keys are due and who may be machines, those without a password first. Pure. */
export function machineUserLines(run: StoredRun): MachineUserLine[] {
  return [...run.accounts.values()]
    .flatMap(({ account, plan }) =>
      (plan?.machineUsers ?? []).map((user) => ({
        ...user,
        accountId: account.id,
        accountName: account.name,
        armed: plan?.armed ?? false,
        dueKeys: (plan?.decisions ?? []).filter(
          ({ userName, action }) => userName === user.userName && action !== 'keep',
        ).length,
      })),
    )
    .toSorted((a, b) => Number(a.sign === 'name') - Number(b.sign === 'name'));
}

/** What each sign says, in words. */
export const MACHINE_SIGNS: Readonly<Record<MachineSign, string>> = {
  'no-console-access': 'no console password: cannot sign in to make a new key',
  'console-access-unknown': 'whether there is a console password could not be read',
  name: 'the name sounds like a machine',
};

/** Every key that the run wrote to, or would have, in the order of accounts. Pure. */
export function keyLines(run: StoredRun): KeyLine[] {
  return [...run.accounts.values()].flatMap(keyLinesOf);
}

function keyLinesOf({ account, plan, writes }: StoredAccount): KeyLine[] {
  const about = { accountId: account.id, accountName: account.name };
  const decided = (plan?.decisions ?? []).filter(({ action }) => action !== 'keep');
  const decidedIds = new Set(decided.map(({ accessKeyId }) => accessKeyId));
  const others = [...writes.values()].filter(({ accessKeyId }) => !decidedIds.has(accessKeyId));
  return [
    ...decided.map((decision) => ({
      ...about,
      ...pick(decision),
      what: writes.get(decision.accessKeyId)?.outcome ?? `would ${decision.action}`,
    })),
    ...others.map(({ userName, accessKeyId, outcome, intended }) => ({
      ...about,
      userName,
      accessKeyId,
      what: outcome,
      reason: intended?.reason ?? '',
      createDate: undefined,
    })),
  ];
}

function pick({ userName, accessKeyId, reason, createDate }: KeyDecision) {
  return { userName, accessKeyId, reason, createDate };
}
