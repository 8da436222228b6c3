import { stringify } from 'csv-stringify/sync';

import { failureText } from '../aws/failure.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';
import { printableLines } from './printable.ts';

/** The columns, in their order; new ones are only ever added at the end. */
export const CSV_COLUMNS = [
  'run_id',
  'account_id',
  'account_name',
  'organizational_unit',
  'account_outcome',
  'account_reason',
  'armed',
  'user_name',
  'access_key_id',
  'status_before',
  'create_date',
  'action',
  'reason',
  'outcome',
  'failure',
  'exemption',
  'exempt_until',
  'escaped',
  'run_verdict',
] as const;

type Row = Readonly<Record<(typeof CSV_COLUMNS)[number], string>>;

/**
 * RFC 4180 in UTF-8: a row for each key that the run decided about, wrote to or found to have escaped, and
 * for each account without any. Every cell is quoted and printable, and what a spreadsheet would take for a
 * formula begins with an apostrophe: https://owasp.org/www-community/attacks/CSV_Injection
 * @param units names of OUs by account ID
 */
export function renderCsv(run: StoredRun, units: ReadonlyMap<string, string>): string {
  const rows = [...run.accounts.values()].flatMap((account) => rowsOf(account, run, units));
  return stringify(rows, {
    header: true,
    columns: [...CSV_COLUMNS],
    quoted: true,
    quoted_empty: true,
    cast: { string: safeCell },
    record_delimiter: 'windows',
  });
}

/** Also within a cell: a spreadsheet that separates by semicolons splits cells despite their quotes. */
const FORMULA = /(^|[,;|\n])(?=[\s"]*[=+\-@＝＋－＠])/gu;

function safeCell(text: string): string {
  return printableLines(text).replaceAll(FORMULA, "$1'");
}

function rowsOf(
  stored: StoredAccount,
  { started, summary }: StoredRun,
  units: ReadonlyMap<string, string>,
): Row[] {
  const { account, plan, finished, writes } = stored;
  const about = {
    run_id: started.runId,
    account_id: account.id,
    account_name: account.name,
    organizational_unit: units.get(account.id) ?? '',
    account_outcome: finished?.outcome ?? '',
    account_reason: finished?.reason ?? '',
    armed: plan ? String(plan.armed) : '',
    run_verdict: summary?.verdict ?? 'interrupted',
  };
  const decisions = plan?.decisions ?? [];
  const decided = new Set(decisions.map(({ accessKeyId }) => accessKeyId));
  const escaped = plan?.escaped ?? [];
  const escapes = new Map(escaped.map(({ accessKeyId, how }) => [accessKeyId, how]));
  const keys = [
    ...decisions.map((decision) => decidedKey(decision, writes.get(decision.accessKeyId), escapes)),
    ...[...writes.values()].filter(({ accessKeyId }) => !decided.has(accessKeyId)).map(writtenKey),
    ...escaped
      .filter(({ accessKeyId }) => !decided.has(accessKeyId))
      .map(({ accessKeyId, userName, how }) => ({
        ...{ ...NO_KEY, user_name: userName, access_key_id: accessKeyId, escaped: how },
      })),
    ...(plan?.unreadUsers ?? []).map(({ userName, failure }) => ({
      ...NO_KEY,
      user_name: userName,
      outcome: 'not-read',
      failure: failureText(failure),
    })),
  ];
  return (keys.length > 0 ? keys : [NO_KEY]).map((key) => ({ ...about, ...key }));
}

const NO_KEY = {
  user_name: '',
  access_key_id: '',
  status_before: '',
  create_date: '',
  action: '',
  reason: '',
  outcome: '',
  failure: '',
  exemption: '',
  exempt_until: '',
  escaped: '',
};

function decidedKey(
  decision: KeyDecision,
  write: StoredWrite | undefined,
  escapes: ReadonlyMap<string, string>,
): typeof NO_KEY {
  const exemption = decision.action === 'keep' ? decision.exemption : undefined;
  return {
    user_name: decision.userName,
    access_key_id: decision.accessKeyId,
    status_before: decision.status,
    create_date: decision.createDate.toISOString(),
    action: decision.action,
    reason: decision.reason,
    outcome: write?.outcome ?? '',
    failure: write?.failure ? failureText(write.failure) : '',
    exemption: exemption?.name ?? '',
    exempt_until: exemption?.until ?? '',
    escaped: escapes.get(decision.accessKeyId) ?? '',
  };
}

function writtenKey({ userName, accessKeyId, outcome, intended, failure }: StoredWrite): typeof NO_KEY {
  return {
    ...NO_KEY,
    user_name: userName,
    access_key_id: accessKeyId,
    status_before: intended?.statusBefore ?? '',
    action: intended?.action ?? '',
    reason: intended?.reason ?? '',
    outcome,
    failure: failure ? failureText(failure) : '',
  };
}
