import { stringify } from 'csv-stringify/sync';

import { failureText } from '../aws/failure.ts';
import type { RunStarted } from '../ledger/record.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';
import { printableLines } from './printable.ts';
import { ageInDays } from './words.ts';

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
  'age_days',
  'last_used',
  'governance',
  'credential',
] as const;

type Row = { readonly [Column in (typeof CSV_COLUMNS)[number]]?: string | undefined };

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
    organizational_unit: units.get(account.id),
    account_outcome: finished?.outcome,
    account_reason: finished?.reason,
    armed: plan && String(plan.armed),
    run_verdict: summary?.verdict ?? 'interrupted',
  };
  const decisions = plan?.decisions ?? [];
  const decided = new Set(decisions.map(({ accessKeyId }) => accessKeyId));
  const escaped = plan?.escaped ?? [];
  const escapes = new Map(escaped.map(({ accessKeyId, how }) => [accessKeyId, how]));
  const keys: Row[] = [
    ...decisions.map((decision) => ({
      ...writtenKey(writes.get(decision.accessKeyId)),
      ...decidedKey(decision, started.at),
      escaped: escapes.get(decision.accessKeyId),
    })),
    ...[...writes.values()].filter(({ accessKeyId }) => !decided.has(accessKeyId)).map(writtenKey),
    ...escaped
      .filter(({ accessKeyId }) => !decided.has(accessKeyId))
      .map(({ accessKeyId: id, userName, how }) => ({
        user_name: userName,
        access_key_id: id,
        escaped: how,
      })),
    ...inventoriedKeys(stored, started),
    ...[...(plan?.unreadUsers ?? []), ...(stored.inventory?.unreadUsers ?? [])].map(
      ({ userName, failure }) => ({
        user_name: userName,
        outcome: 'not-read',
        failure: failureText(failure),
      }),
    ),
  ];
  return (keys.length > 0 ? keys : [{}]).map((key) => ({ ...about, ...key }));
}

function inventoriedKeys({ inventory }: StoredAccount, { at }: RunStarted): Row[] {
  return [
    ...(inventory?.keys ?? []).map((key) => ({
      ...foundCredential(key.userName, key.accessKeyId, key, at),
      ...{ reason: key.reason, exemption: key.exemption?.name, exempt_until: key.exemption?.until },
      last_used: key.lastUsed === null ? 'never' : key.lastUsed?.toISOString(),
      ...{ governance: key.governance, credential: 'access-key' },
    })),
    ...(inventory?.credentials ?? []).map((one) => ({
      ...foundCredential(one.userName, one.id, one, at),
      credential: one.service ?? one.kind,
    })),
  ];
}

function foundCredential(
  userName: string,
  id: string,
  { status, createDate }: Pick<KeyDecision, 'status' | 'createDate'>,
  at: string,
): Row {
  return {
    ...{ user_name: userName, access_key_id: id, status_before: status },
    ...{ create_date: createDate.toISOString(), age_days: String(ageInDays(createDate, at)) },
  };
}

function decidedKey(decision: KeyDecision, at: string): Row {
  const exemption = decision.action === 'keep' ? decision.exemption : undefined;
  return {
    ...foundCredential(decision.userName, decision.accessKeyId, decision, at),
    action: decision.action,
    reason: decision.reason,
    exemption: exemption?.name,
    exempt_until: exemption?.until,
    last_used: decision.lastUsed === null ? 'never' : decision.lastUsed?.toISOString(),
  };
}

function writtenKey(write: StoredWrite | undefined): Row {
  const { userName, accessKeyId, outcome, intended, failure } = write ?? {};
  return {
    user_name: userName,
    access_key_id: accessKeyId,
    status_before: intended?.statusBefore,
    action: intended?.action,
    reason: intended?.reason,
    outcome,
    failure: failure && failureText(failure),
  };
}
