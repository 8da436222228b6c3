import { deploymentContradictions } from './deployment-contradictions.ts';
import type { Step } from './document.ts';
import { outlineOf, type Contradiction, type Outline, type OverrideOutline } from './lenient-config.ts';

/** IAM compares names without case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const sameName = (name: string) => name.toLowerCase();
const sameId = (id: string) => id;

/** @param value accounts.json as parsed JSON, valid or not */
export function contradictions(value: unknown): Contradiction[] {
  const config = outlineOf(value);
  return [
    ...repeatedInLists(config),
    ...namedTwice(config),
    ...(config.overrides ?? []).flatMap((entry, index) => pointless(entry, ['overrides', index])),
    ...configuredAndExempt(config),
    ...requiredAndNone(config),
    ...besideRoot(config),
    ...deploymentContradictions(config),
  ];
}

/** A sweep that waits for a notice which is never given would revoke nothing for ever. */
function requiredAndNone({ schedule, notices }: Outline): Contradiction[] {
  const none = schedule?.noticeHours === 0 || schedule?.noticeHours === false;
  if (notices?.required !== true || !none) return [];
  const expected =
    'false, or schedule.noticeHours above 0: without a notice run no sweep would revoke anything';
  return [{ path: ['notices', 'required'], expected }];
}

/** A root is above every OU. */
function besideRoot({ scope }: Outline): Contradiction[] {
  const units = listed(['scope', 'organizationalUnits'], scope?.organizationalUnits);
  if (!units.some(({ name }) => name.startsWith('r-'))) return [];
  const expected = 'no OU beside a root, which covers all of them';
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

/** Every name that equals an earlier one. */
function repeats(all: readonly Named[], same: (name: string) => string, expected: string): Contradiction[] {
  const seen = new Set<string>();
  return all.flatMap(({ path, name }) => {
    if (seen.has(same(name))) return [{ path, expected }];
    seen.add(same(name));
    return [];
  });
}

function repeatedInLists({ scope, defaults, overrides }: Outline): Contradiction[] {
  const holders = [
    { path: ['defaults'], entry: defaults ?? {} },
    ...(overrides ?? []).map((entry, index) => ({ path: ['overrides', index], entry })),
  ];
  const once = 'each name once (IAM compares names without case)';
  return [
    ...repeats(listed(['scope', 'organizationalUnits'], scope?.organizationalUnits), sameId, 'each OU once'),
    ...holders.flatMap(({ path, entry }) => [
      ...repeats(listed([...path, 'groups'], entry.groups), sameName, once),
      ...repeats(listed([...path, 'exempt', 'users'], entry.exempt?.users), sameName, once),
      ...repeats(listed([...path, 'exempt', 'groups'], entry.exempt?.groups), sameName, once),
    ]),
  ];
}

/** Two overrides for one account or OU: which of them wins would depend on their order, which nobody reads. */
function namedTwice({ overrides = [], optOuts = [] }: Outline): Contradiction[] {
  const inOverrides = (key: 'accounts' | 'organizationalUnits') =>
    overrides.flatMap((entry, index) => listed(['overrides', index, key], entry[key]));
  const optedOut = optOuts
    .map(({ account }, index) => ({ path: ['optOuts', index, 'account'], name: account }))
    .filter(({ name }) => name !== '');
  return [
    ...repeats(inOverrides('accounts'), sameId, 'each account in one override only'),
    ...repeats(inOverrides('organizationalUnits'), sameId, 'each OU in one override only'),
    ...repeats(optedOut, sameId, 'one opt-out for an account'),
  ];
}

/** An override that is for nothing in particular, or that changes nothing there. */
function pointless(entry: OverrideOutline, path: readonly Step[]): Contradiction[] {
  const problems: Contradiction[] = [];
  if ('accounts' in entry === 'organizationalUnits' in entry) {
    problems.push({ path, expected: 'either accounts or organizationalUnits, and not both' });
  }
  if (!Object.entries(entry).some(([name, value]) => isSetting(name, value))) {
    problems.push({ path, expected: 'at least one setting that differs from defaults' });
  }
  return problems;
}

function isSetting(name: string, value: unknown): boolean {
  if (name === 'accounts' || name === 'organizationalUnits') return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

/** A group both configured and exempt would sweep nobody, in the defaults or once an override is laid over them. */
function configuredAndExempt({ defaults = {}, overrides = [] }: Outline): Contradiction[] {
  return [
    ...overlap(['defaults'], defaults, {}),
    ...overrides.flatMap((entry, index) => overlap(['overrides', index], entry, defaults)),
  ];
}

type GroupLists = Pick<OverrideOutline, 'groups' | 'exempt'>;

function overlap(path: readonly Step[], own: GroupLists, inherited: GroupLists): Contradiction[] {
  const configured = own.groups ?? inherited.groups ?? [];
  const exempt = own.exempt?.groups ?? inherited.exempt?.groups ?? [];
  const [at, list, others] =
    own.exempt?.groups === undefined
      ? [[...path, 'groups'], own.groups, exempt]
      : [[...path, 'exempt', 'groups'], own.exempt.groups, configured];
  const expected = 'a group that is not both swept (groups) and left out (exempt.groups)';
  return listed(at, list)
    .filter(({ name }) => others.some((other) => sameName(other) === sameName(name)))
    .map((item) => ({ path: item.path, expected }));
}
