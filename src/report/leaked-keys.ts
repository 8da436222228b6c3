import type { LeakedKey } from '../ledger/deny-list.ts';
import { isRevoke } from '../rules/decision.ts';
import type { Governance, KeyDescription, KeysDescribed } from '../sweep/leak/describe-keys.ts';
import { columns, indented } from './columns.ts';
import { REASON_MEANINGS } from './explain.ts';
import { json, type Documents } from './json.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { DAY_MS, plural } from './words.ts';

/** By ID. */
type UnitNames = ReadonlyMap<string, string>;

/** A block for each key: whose it is, and what a sweep would do with it. */
export function renderKeys(
  { keys, notFound, warnings }: KeysDescribed,
  now: Date,
  style: Style,
  units: UnitNames = new Map(),
): string {
  const blocks = [
    ...keys.map((key) => block(key, now, style, units)),
    ...notFound.map(({ accessKeyId, status, message }) =>
      [
        `${style.bold(printable(accessKeyId))}  ${style.warn(NOT_FOUND[status])}`,
        indented(printable(message), '  ', style),
      ].join('\n'),
    ),
    ...warnings.map((warning) => style.warn(printable(warning))),
  ];
  const isActive = keys.some(({ status }) => status === 'Active');
  const next = isActive ? `${REVOKE} ${SESSIONS}` : SESSIONS;
  return keys.length === 0 ? blocks.join('\n\n') : [...blocks, indented(next, '', style)].join('\n\n');
}

const REVOKE = 'keysweep revoke KEY --apply --reason TEXT deactivates a key at once.';
const SESSIONS =
  'Sessions that were created with a key stay valid for up to 36 hours after it is deactivated: ' +
  'docs/what-revoking-does-not-revoke.md.';

const NOT_FOUND: Readonly<Record<KeysDescribed['notFound'][number]['status'], string>> = {
  'own-key': "keysweep's own key",
  'session-key': 'a session, no access key',
  'not-a-key': 'no access key',
  malformed: 'misspelled',
  foreign: 'not of this organization',
  'root-key': 'a key of a root user',
  gone: 'does not exist',
  failed: 'unknown, because a call failed',
};

function block(key: KeyDescription, now: Date, style: Style, units: UnitNames): string {
  const { accessKeyId, status, createDate, account, owner, path, leaked, governance } = key;
  const age = plural(Math.floor((now.getTime() - createDate.getTime()) / DAY_MS), 'day');
  const rows = [
    ['user', owner],
    [
      'account',
      `${account.id}  ${account.name}${account.isManagementAccount ? '  (management account)' : ''}`,
    ],
    ['OU', path === undefined ? 'unknown' : unitPath(path, units)],
    ['last used', lastUse(key)],
    ['sweep', governanceText(governance)],
    ...(leaked
      ? [['leaked', `${leaked.revokedAt.toISOString()}: ${leaked.reason} (run ${leaked.byRun})`]]
      : []),
  ];
  const state = status === 'Active' ? style.bad(status) : status;
  const heading = `${style.bold(accessKeyId)}  ${state}, ${age} old`;
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(9)}  ${printable(value)}`);
  return [heading, ...lines].join('\n');
}

/** Names below the root, and the ID of the OU. */
function unitPath([root = '', ...path]: readonly string[], units: UnitNames): string {
  const names = path.map((id) => units.get(id) ?? id).join(' / ');
  return `${names || 'Root'}  ${path.at(-1) ?? root}`;
}

function lastUse({ lastUsed, service, region }: KeyDescription): string {
  return lastUsed ? `${lastUsed.toISOString()}, ${service ?? '?'} in ${region ?? '?'}` : 'never';
}

function governanceText(governance: Governance): string {
  if ('notGoverned' in governance) return `does not govern it: ${governance.notGoverned}`;
  if ('unknown' in governance) return `unknown: ${governance.unknown}`;
  const { decision, armed } = governance;
  const why = REASON_MEANINGS[decision.reason];
  if (isRevoke(decision))
    return `would ${decision.action} it: ${why}${armed ? '' : ', but the account is not armed'}`;
  return `leaves it: ${why}${decision.exemption ? ` (${decision.exemption.name})` : ''}`;
}

type Sweep = Documents['whose']['keys'][number]['sweep'];

export function whoseJson({ keys, notFound, warnings }: KeysDescribed): string {
  return json<'whose'>({
    keys: keys.map((key) => ({
      accountId: key.account.id,
      accountName: key.account.name,
      userName: key.owner,
      accessKeyId: key.accessKeyId,
      isManagementAccount: key.account.isManagementAccount,
      organizationalUnits: key.path ?? null,
      status: key.status,
      createDate: key.createDate.toISOString(),
      lastUsed: key.lastUsed?.toISOString() ?? null,
      lastUsedService: key.service ?? null,
      lastUsedRegion: key.region ?? null,
      sweep: sweepOf(key.governance),
      leaked: key.leaked ? leakedLine(key.leaked) : null,
    })),
    notFound: notFound.map(({ failure: _text, ...found }) => found),
    warnings,
  });
}

function sweepOf(governance: Governance): Sweep {
  if ('notGoverned' in governance) return { action: 'none', reason: governance.notGoverned, armed: null };
  if ('unknown' in governance) return { action: 'unknown', reason: governance.unknown, armed: null };
  const { decision, armed } = governance;
  return { action: decision.action, reason: decision.reason, armed };
}

export type LeakedLine = Documents['holds']['leaked'][number];

export function leakedLine({ revokedAt, byRun: runId, ...entry }: LeakedKey): LeakedLine {
  const { accountId, userName, accessKeyId, by, reason } = entry;
  return { accountId, userName, accessKeyId, revokedAt: revokedAt.toISOString(), runId, by, reason };
}

/** Empty for none. */
export function renderDenyList(lines: readonly LeakedLine[], style: Style): string {
  const rows = lines.map(({ accountId, userName, accessKeyId, revokedAt, runId, reason }) => [
    ...[accountId, userName, accessKeyId, revokedAt, runId, reason],
  ]);
  if (rows.length === 0) return '';
  const title =
    `${plural(rows.length, 'leaked key')} on the deny list: ` +
    'no hold protects them, undo refuses them, sweeps delete them';
  return [
    style.bold(title),
    columns(['account', 'user', 'key', 'leaked', 'run', 'reason'], rows, style),
  ].join('\n');
}
