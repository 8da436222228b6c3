import { deploymentContradictions } from './deployment-contradictions.ts';
import type { Step } from './document.ts';
import {
  lenientConfig,
  type Contradiction,
  type LenientConfig,
  type LenientOverride,
} from './lenient-config.ts';

/** IAM ignores case in names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const ignoringCase = (name: string) => name.toLowerCase();
const exactly = (id: string) => id;

/** @param value accounts.json as parsed JSON, valid or not */
export function contradictions(value: unknown): Contradiction[] {
  const config = lenientConfig(value);
  return [
    ...duplicatesInLists(config),
    ...duplicateEntries(config),
    ...(config.overrides ?? []).flatMap((entry, index) => uselessOverride(entry, ['overrides', index])),
    ...groupsSweptAndExempt(config),
    ...uselessMaxUnusedDays(config),
    ...requiredNoticeThatIsOff(config),
    ...groupsWithoutTags(config),
    ...unitsBesideRoot(config),
    ...deploymentContradictions(config),
  ];
}

function requiredNoticeThatIsOff({ schedule, notices }: LenientConfig): Contradiction[] {
  const off = schedule?.noticeHours === 0 || schedule?.noticeHours === false;
  if (notices?.required !== true || !off) return [];
  const expected = 'false, or schedule.noticeHours above 0: without a notice run, no sweep revokes anything';
  return [{ path: ['notices', 'required'], expected }];
}

function groupsWithoutTags({ optOutTag, report }: LenientConfig): Contradiction[] {
  if (optOutTag !== false || report?.groupBy === undefined) return [];
  const expected = 'no key while optOutTag is false: it is read with that tag';
  return [{ path: ['report', 'groupBy'], expected }];
}

function unitsBesideRoot({ scope }: LenientConfig): Contradiction[] {
  const units = listed(['scope', 'organizationalUnits'], scope?.organizationalUnits);
  if (!units.some(({ name }) => name.startsWith('r-'))) return [];
  const expected = 'no OU together with a root, because a root contains every OU';
  return units.filter(({ name }) => name.startsWith('ou-')).map(({ path }) => ({ path, expected }));
}

interface Named {
  readonly path: readonly Step[];
  readonly name: string;
}

function listed(path: readonly Step[], list: readonly string[] | undefined): Named[] {
  return (list ?? [])
    .map((name, index) => ({ path: [...path, index], name }))
    .filter(({ name }) => name !== '');
}

/** Every name that equals an earlier one after `normalize`. */
function duplicates(
  all: readonly Named[],
  normalize: (name: string) => string,
  expected: string,
): Contradiction[] {
  const seen = new Set<string>();
  return all.flatMap(({ path, name }) => {
    if (seen.has(normalize(name))) return [{ path, expected }];
    seen.add(normalize(name));
    return [];
  });
}

function duplicatesInLists({ scope, defaults, overrides }: LenientConfig): Contradiction[] {
  const units = listed(['scope', 'organizationalUnits'], scope?.organizationalUnits);
  const sections = [
    { path: ['defaults'], entry: defaults ?? {} },
    ...(overrides ?? []).map((entry, index) => ({ path: ['overrides', index], entry })),
  ];
  const lists = sections.flatMap(({ path, entry }) => [
    listed([...path, 'groups'], entry.groups),
    listed([...path, 'exempt', 'users'], entry.exempt?.users),
    listed([...path, 'exempt', 'groups'], entry.exempt?.groups),
  ]);
  return [
    ...duplicates(units, exactly, 'each OU once'),
    ...lists.flatMap((list) => duplicates(list, ignoringCase, 'each name once (IAM ignores case)')),
  ];
}

/** If two overrides named the same account or OU, their order would decide which of them wins. */
function duplicateEntries({ overrides = [], optOuts = [] }: LenientConfig): Contradiction[] {
  const inOverrides = (key: 'accounts' | 'organizationalUnits') =>
    overrides.flatMap((entry, index) => listed(['overrides', index, key], entry[key]));
  const optedOut = optOuts
    .map(({ account }, index) => ({ path: ['optOuts', index, 'account'], name: account }))
    .filter(({ name }) => name !== '');
  return [
    ...duplicates(inOverrides('accounts'), exactly, 'each account in one override only'),
    ...duplicates(inOverrides('organizationalUnits'), exactly, 'each OU in one override only'),
    ...duplicates(optedOut, exactly, 'one opt-out per account'),
  ];
}

/** An override that applies to nothing, or that changes nothing. */
function uselessOverride(entry: LenientOverride, path: readonly Step[]): Contradiction[] {
  const problems: Contradiction[] = [];
  if ('accounts' in entry === 'organizationalUnits' in entry)
    problems.push({ path, expected: 'either accounts or organizationalUnits, not both' });
  if (!Object.entries(entry).some(([name, value]) => isSetting(name, value)))
    problems.push({ path, expected: 'at least one setting to change' });
  return problems;
}

function isSetting(name: string, value: unknown): boolean {
  if (name === 'accounts' || name === 'organizationalUnits') return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

/** Of an override that leaves the age to others, only these know whether the days decide anything. */
function uselessMaxUnusedDays({ defaults, overrides = [] }: LenientConfig): Contradiction[] {
  const sections = [
    { path: ['defaults'], rules: { maxKeyAgeDays: 0, ...defaults?.rules } },
    ...overrides.map(({ rules }, index) => ({ path: ['overrides', index], rules })),
  ];
  return sections.flatMap(({ path, rules: { maxKeyAgeDays, maxUnusedDays } = {} }) => {
    if (maxKeyAgeDays === undefined || maxUnusedDays === undefined || maxUnusedDays < maxKeyAgeDays)
      return [];
    const expected =
      maxKeyAgeDays === 0
        ? 'false while maxKeyAgeDays is 0, because every key is due'
        : `fewer days than maxKeyAgeDays, ${maxKeyAgeDays}, at which a key is due in any case`;
    return [{ path: [...path, 'rules', 'maxUnusedDays'], expected }];
  });
}

/** In the defaults, or once an override is applied to them. All members of such a group would be exempt. */
function groupsSweptAndExempt({ defaults = {}, overrides = [] }: LenientConfig): Contradiction[] {
  return [
    ...overlap(['defaults'], defaults, {}),
    ...overrides.flatMap((entry, index) => overlap(['overrides', index], entry, defaults)),
  ];
}

type GroupLists = Pick<LenientOverride, 'groups' | 'exempt'>;

function overlap(path: readonly Step[], own: GroupLists, inherited: GroupLists): Contradiction[] {
  const swept = own.groups ?? inherited.groups ?? [];
  const exempt = own.exempt?.groups ?? inherited.exempt?.groups ?? [];
  const [listPath, list, others] =
    own.exempt?.groups === undefined
      ? [[...path, 'groups'], own.groups, exempt]
      : [[...path, 'exempt', 'groups'], own.exempt.groups, swept];
  const expected = 'a group that is in groups or in exempt.groups, not in both';
  return listed(listPath, list)
    .filter(({ name }) => others.some((other) => ignoringCase(other) === ignoringCase(name)))
    .map((item) => ({ path: item.path, expected }));
}
