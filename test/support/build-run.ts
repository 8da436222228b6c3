import type {
  AccountFinished,
  AccountPlanned,
  LedgerRecord,
  RunStarted,
  RunSummary,
  WriteResult,
} from '../../src/ledger/record.ts';
import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import type { ListedUnit } from '../../src/organization/ou-tree.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import { accountFinished, AT, keyCounts, runStarted, summary } from './records.ts';

/** Before the start of these runs. */
export function daysAgo(days: number): Date {
  return new Date(Date.parse(AT) - days * 86_400_000);
}

/** A key that is due, 100 days old. */
export function key(accessKeyId: string, overrides: Partial<KeyDecision> = {}): KeyDecision {
  return {
    accessKeyId,
    userName: 'ada',
    status: 'Active',
    createDate: daysAgo(100),
    action: 'deactivate',
    reason: 'maxKeyAgeDays reached',
    ...overrides,
  } as KeyDecision;
}

export interface AccountSetup {
  readonly id: string;
  readonly name?: string;
  /** Default: `swept` with a plan, else `nothing-due`; null: the run was interrupted before. */
  readonly end?: Partial<AccountFinished> | null;
  readonly plan?: Partial<AccountPlanned>;
  /** Access key IDs of writes whose intent was stored. */
  readonly intended?: readonly string[];
  readonly results?: readonly (Pick<WriteResult, 'accessKeyId' | 'outcome'> & Partial<WriteResult>)[];
}

export interface RunSetup {
  readonly started?: Partial<RunStarted>;
  readonly units?: readonly ListedUnit[];
  /** Values of an account tag by account ID. */
  readonly groups?: Readonly<Record<string, string>>;
  readonly accounts: readonly AccountSetup[];
  /** Records of notices. */
  readonly notices?: readonly LedgerRecord[];
  /** null: the run was interrupted. */
  readonly summary?: Partial<RunSummary> | null;
}

/** A stored run, from its records. */
export function buildRun(setup: RunSetup): Promise<StoredRun> {
  return foldRun(buildRecords(setup));
}

/** The same as its records. */
export function buildRecords({
  started,
  units,
  groups,
  accounts,
  notices = [],
  summary: end,
}: RunSetup): LedgerRecord[] {
  return [
    runStarted(started),
    {
      type: 'accounts-listed',
      at: AT,
      accounts: accounts.map(({ id, name = `account ${id}` }) => ({
        id,
        name,
        state: 'ACTIVE',
        isManagementAccount: false,
      })),
      ...(units && { units }),
      ...(groups && { groups }),
    },
    ...accounts.flatMap(recordsOf),
    ...notices,
    ...(end === null
      ? []
      : [
          {
            type: 'run-finished',
            at: AT,
            summary: summary({ mode: started?.mode ?? 'sweep', accountsListed: accounts.length, ...end }),
          } as const,
        ]),
  ];
}

function recordsOf({ id, end, plan, intended = [], results = [] }: AccountSetup): LedgerRecord[] {
  const about = { at: AT, accountId: id };
  const decisions = plan?.decisions ?? [];
  const due = decisions.filter(({ action }) => action !== 'keep').length;
  const ended = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  const keys = keyCounts({
    seen: decisions.length,
    kept: decisions.length - due,
    due,
    deactivated: ended('deactivated'),
    deleted: ended('deleted'),
  });
  return [
    ...(plan
      ? [
          {
            type: 'account-planned',
            ...about,
            armed: true,
            users: 1,
            missingGroups: [],
            decisions,
            unreadUsers: [],
            ...plan,
          } as const,
        ]
      : []),
    ...(intended.length > 0
      ? [
          {
            type: 'writes-intended',
            ...about,
            writes: intended.map(
              (accessKeyId) =>
                ({
                  accessKeyId,
                  userName: 'ada',
                  action: 'deactivate',
                  reason: 'maxKeyAgeDays reached',
                  statusBefore: 'Active',
                }) as const,
            ),
          } as const,
        ]
      : []),
    ...(results.length > 0
      ? [
          {
            type: 'writes-done',
            ...about,
            results: results.map((result) => ({ userName: 'ada', ...result })),
          } as const,
        ]
      : []),
    ...(end === null ? [] : [accountFinished(id, { outcome: plan ? 'swept' : 'nothing-due', keys, ...end })]),
  ];
}
