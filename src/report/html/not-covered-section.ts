import { failureText } from '../../aws/failure.ts';
import type { AccountOutcome } from '../../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { FirstRows, tally, type Collector } from '../collect.ts';
import { OUTCOME_MEANINGS, REASON_MEANINGS } from '../explain.ts';
import { isCovered, notCovered, outcomeOf, type NotCovered } from '../not-covered.ts';
import { plural } from '../words.ts';
import { ageColumn, KEY, lastUseColumn, OUTCOME_REASON, USER, type AccountTable } from './account-table.ts';
import { count } from './format.ts';
import { markup, type Html, type Value } from './html.ts';
import { swatch } from './marks.ts';
import { MOST_ROWS } from './table.ts';

/** What needs attention, with its fix; then what was excluded on purpose. */
export function notCoveredSection(run: StoredRun, kept: KeptKeys, table: AccountTable): Html {
  const accounts = [...run.accounts.values()];
  const bad = accounts.filter((account) => !isCovered(account));
  return markup`<section aria-labelledby="not-covered">
    <h2 id="not-covered">What was not covered, and why?</h2>
    ${accounts.length === 0 && markup`<p>No account was listed.</p>`}
    ${accounts.length > 0 && bad.length === 0 && markup`<p>Every listed account was covered.</p>`}
    ${notCovered(run).map((same) => badAccounts(same, table))}
    ${unreadUsers(accounts, table)}
    ${accounts.length > bad.length && markup`<h3>Left alone on purpose</h3>`}
    ${EXCLUDED.map((outcome) =>
      table({
        caption: `Accounts: ${outcome}`,
        closed: true,
        columns: [OUTCOME_REASON],
        rows: accounts.filter((account) => outcomeOf(account) === outcome),
      }),
    )}
    ${keptKeys(run, kept, table)}
    ${missingGroups(accounts, table)}
  </section>`;
}

const EXCLUDED: readonly AccountOutcome[] = ['opted-out', 'out-of-scope', 'not-active'];

function badAccounts({ outcome, advice, groups }: NotCovered, table: AccountTable): Html {
  const rows = groups.flatMap(({ accounts }) => accounts);
  return markup`<h3>${swatch(outcome)} ${outcome}: ${OUTCOME_MEANINGS[outcome]}</h3>
    <p><b>Fix:</b> ${advice}</p>
    ${table({ caption: `Accounts: ${outcome}`, columns: [OUTCOME_REASON], rows })}`;
}

function unreadUsers(accounts: readonly StoredAccount[], table: AccountTable): Value {
  const rows = accounts.flatMap(({ account, plan }) =>
    (plan?.unreadUsers ?? []).map((user) => ({ account, ...user })),
  );
  if (rows.length === 0) return undefined;
  return markup`<h3>Users who could not be read</h3>
    <p>The keys of ${plural(rows.length, 'user')} were left alone.</p>
    ${table({
      caption: 'Users who could not be read',
      columns: [USER, { head: 'reason', kind: 'long', cell: ({ failure }) => failureText(failure) }],
      rows,
    })}`;
}

export class KeptKeys implements Collector {
  readonly rows = new FirstRows<KeyDecision & { readonly account: OrganizationAccount }>(MOST_ROWS);
  readonly reasons = new Map<KeyDecision['reason'], number>();
  hasLastUse = false;

  add({ account, plan }: StoredAccount): void {
    for (const decision of plan?.decisions ?? []) {
      if (decision.action !== 'keep') continue;
      this.rows.add({ account, ...decision });
      tally(this.reasons, decision.reason);
      this.hasLastUse ||= decision.lastUsed !== undefined;
    }
  }
}

function keptKeys(
  { started }: StoredRun,
  { rows, reasons, hasLastUse }: KeptKeys,
  table: AccountTable,
): Value {
  if (rows.total === 0) return undefined;
  const parts = [...reasons]
    .sort((a, b) => b[1] - a[1])
    .map(
      ([reason, many], index) =>
        markup`${index > 0 && ', '}<b>${count(many)}</b> ${reason}
          <small>(${REASON_MEANINGS[reason]})</small>`,
    );
  return markup`<p>${plural(rows.total, 'key')} kept: ${parts}.</p>
    ${table({
      caption: 'Kept keys',
      closed: true,
      columns: [
        USER,
        KEY,
        { head: 'status', cell: ({ status }) => status },
        ageColumn(started),
        ...lastUseColumn(hasLastUse),
        { head: 'reason', cell: ({ reason }) => reason },
        { head: 'pattern, group or tag', cell: exemptionOf },
      ],
      rows,
    })}`;
}

/** `break-glass-* until 2027-01-31` */
function exemptionOf(decision: KeyDecision): string {
  const { name = '', until } = (decision.action === 'keep' && decision.exemption) || {};
  return until === undefined ? name : `${name} until ${until}`;
}

function missingGroups(accounts: readonly StoredAccount[], table: AccountTable): Value {
  const groups = ({ plan }: StoredAccount): readonly string[] => plan?.missingGroups ?? [];
  return table({
    caption: 'Accounts that lack a configured group',
    closed: true,
    columns: [{ head: 'missing groups', kind: 'long', cell: (account) => groups(account).join(', ') }],
    rows: accounts.filter((account) => groups(account).length > 0),
  });
}
