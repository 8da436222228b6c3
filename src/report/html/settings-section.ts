import type { RunStarted } from '../../ledger/record.ts';
import { limitsSchema } from '../../config/schema.ts';
import { markup, type Html, type Value } from './html.ts';
import { table, type Column } from './table.ts';

type Settings = NonNullable<RunStarted['settings']>;
type Override = Settings['overrides'][number];
type Exemption = Settings['defaults']['exempt']['users'][number];

/** The settings in force, in the words of accounts.json, and what no setting makes keysweep look at. */
export function settingsSection({ started }: { readonly started: RunStarted }): Html {
  const { settings, runId } = started;
  return markup`<section aria-labelledby="settings">
    <h2 id="settings">Which rules were in force?</h2>
    ${
      settings
        ? settingsTables(settings, `run keysweep show ${runId} --json`)
        : markup`<p>This run is from before keysweep recorded its settings: compare the hash above.</p>`
    }
    <p>keysweep looks only at access keys of IAM users in these groups. It does not look at other users,
      root keys, console passwords, roles, sessions that were created with a key, service-specific
      credentials, SSH keys or certificates.</p>
  </section>`;
}

function settingsTables(settings: Settings, rest: string): Value {
  const { schedule, scope, optOutTag, optOuts, limits } = settings;
  const sections: readonly Override[] = [settings.defaults, ...settings.overrides];
  const units = scope.organizationalUnits?.join(', ') ?? 'the whole organization';
  return [
    markup`<p>Schedule <code>${schedule.expression}</code> (${schedule.timezone}). Scope: ${units},
      ${scope.managementAccount ? 'with' : 'without'} the management account.
      Accounts with the tag <code>${tagText(optOutTag)}</code> are opted out.</p>`,
    table({ caption: 'Settings; empty: inherited', columns: SETTINGS, rows: sections, rest }),
    table({ caption: 'Exemptions', columns: EXEMPTIONS, rows: sections.flatMap(exemptionsOf), rest }),
    table({ caption: 'Opt-outs in accounts.json', columns: OPT_OUTS, rows: optOuts, rest }),
    table({ caption: 'Limits', columns: LIMITS, rows: Object.entries(limits), rest, closed: true }),
  ];
}

const SETTINGS: readonly Column<Override>[] = [
  { head: 'accounts', cell: appliesTo },
  { head: 'armed', cell: ({ armed }) => armed !== undefined && (armed ? 'yes' : 'no') },
  { head: 'groups', cell: ({ groups }) => groups?.join(', ') },
  { head: 'maxKeyAgeDays', kind: 'number', cell: ({ rules }) => rules?.maxKeyAgeDays },
  { head: 'maxUnusedDays', kind: 'number', cell: ({ rules }) => rules?.maxUnusedDays || undefined },
  { head: 'mode', cell: ({ rules }) => rules?.mode },
  { head: 'deleteAfterDays', kind: 'number', cell: ({ rules }) => rules?.deleteAfterDays },
  { head: 'users', cell: ({ rules }) => rules?.users },
  { head: 'exempt tag', cell: ({ exempt }) => exempt?.userTag !== undefined && tagText(exempt.userTag) },
];

/** Of an override; the defaults name none. */
function appliesTo({ accounts, organizationalUnits }: Override): string {
  const ids = accounts ?? organizationalUnits ?? ['every account'];
  return ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
}

function tagText(tag: Settings['optOutTag']): string {
  return tag === false ? 'none' : `${tag.key}=${tag.value}`;
}

interface ExemptionLine extends Exclude<Exemption, string> {
  readonly setting: string;
  readonly accounts: string;
}

/** Those with a last day, the soonest first. */
export function endingExemptions({ defaults, overrides }: Settings): ExemptionLine[] {
  return [defaults, ...overrides]
    .flatMap(exemptionsOf)
    .filter(({ until }) => until !== undefined)
    .sort((a, b) => (a.until ?? '').localeCompare(b.until ?? ''));
}

function exemptionsOf(section: Override): ExemptionLine[] {
  const { users, groups } = section.exempt ?? {};
  const lines = (setting: string, list: readonly Exemption[] = []): ExemptionLine[] =>
    list.map((exemption) => ({
      ...{ setting, accounts: appliesTo(section) },
      ...(typeof exemption === 'string' ? { name: exemption } : exemption),
    }));
  // An override replaces the inherited list, also with an empty one.
  const orNone = (list: readonly Exemption[] | undefined) => (list?.length === 0 ? ['none'] : list);
  return [...lines('exempt.users', orNone(users)), ...lines('exempt.groups', orNone(groups))];
}

export const EXEMPTIONS: readonly Column<ExemptionLine>[] = [
  { head: 'setting', cell: ({ setting }) => setting },
  { head: 'name', cell: ({ name }) => name },
  { head: 'accounts', kind: 'long', cell: ({ accounts }) => accounts },
  { head: 'owner', kind: 'long', cell: ({ owner }) => owner },
  { head: 'reason', kind: 'long', cell: ({ reason }) => reason },
  { head: 'last day', cell: ({ until }) => until ?? 'none' },
];

const OPT_OUTS: readonly Column<Settings['optOuts'][number]>[] = [
  { head: 'account', kind: 'id', cell: ({ account }) => account },
  { head: 'owner', kind: 'long', cell: ({ owner }) => owner },
  { head: 'reason', kind: 'long', cell: ({ reason }) => reason },
  { head: 'last day', cell: ({ until }) => until },
];

const LIMITS: readonly Column<readonly [string, number]>[] = [
  { head: 'limit', cell: ([name]) => name },
  { head: 'value', kind: 'number', cell: ([, value]) => value },
  { head: 'meaning', kind: 'long', cell: ([name]) => meaningOf(name) },
];

function meaningOf(name: string): string | undefined {
  const shapes: Readonly<Record<string, { readonly description?: string | undefined }>> = limitsSchema.shape;
  return Object.hasOwn(shapes, name) ? shapes[name]?.description : undefined;
}
