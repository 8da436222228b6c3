import fc from 'fast-check';
import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, it } from 'vitest';

import { expectCaught, type Break } from './broken-build.ts';
import { AFTER_FAULTS, anyChapters, CROWD, planThenApply, stories, type StoryBounds } from './drawing.ts';
import { play } from './play.ts';
import { ROOT, type Chapter } from './story.ts';

const CALM: StoryBounds = { faults: false, chapters: fc.constant([]) };
const DENIED: StoryBounds = {
  ...CALM,
  denials: fc.constant([{ on: { unit: ROOT }, actions: ['iam:ListUserTags'] }]),
};
const PLANNED: StoryBounds = { faults: false, before: planThenApply, chapters: fc.constant([]) };
const DEACTIVATED: StoryBounds = {
  ...PLANNED,
  rules: { mode: 'delete', users: 'all' },
  before: fc.constant([
    { type: 'plan' },
    ...[1, 2, 3].map((account): Chapter => ({ type: 'set-key', account, key: 0, to: 'Inactive' })),
    { type: 'apply' },
  ]),
};
const hired = [1, 2, 3].map((account): Chapter => ({
  type: 'new-keys',
  account,
  user: 0,
  count: CROWD,
  ageDays: 40,
}));
/** Then no pattern matches a member any more. */
const LEAVING_GROUPS = [0, 1, 2, 3].flatMap((account) =>
  [0, 1, 2, 3].map((user): Chapter => ({ type: 'regroup', account, user, groups: [] })),
);
const HISTORIES: StoryBounds = { faults: false, chapters: anyChapters };
const ACTIVATED: StoryBounds = {
  faults: false,
  chapters: fc.constant([{ type: 'days', days: 1 }, { type: 'activate', account: 1 }, { type: 'sweep' }]),
};
const then = (...chapters: readonly Chapter[]): StoryBounds => ({
  faults: false,
  chapters: fc.constant([...chapters, { type: 'sweep' }]),
});
const FAULTS: StoryBounds = { faults: true, chapters: AFTER_FAULTS };
const RECORD_LOST: StoryBounds = {
  faults: false,
  rules: { mode: 'deactivate', users: 'all' },
  storeFault: fc.record({
    operation: fc.constant('putNew'),
    nth: fc.integer({ min: 1, max: 12 }),
    afterEffect: fc.constant(false),
  }),
  chapters: AFTER_FAULTS,
};

const BREAKS: readonly (readonly [string, StoryBounds, Break])[] = [
  [
    'takes a user whose tags cannot be read for one without tags',
    DENIED,
    {
      file: 'src/sweep/plan/decide-user.ts',
      line: 'await userTags(iam, userName, signal)',
      instead: 'await userTags(iam, userName, signal).catch(() => new Map())',
    },
  ],
  [
    'drops every page of a group but the first',
    CALM,
    {
      file: 'src/aws/iam/no-such-entity.ts',
      line: 'items.push(...itemsOf(page));',
      instead: 'items.push(...itemsOf(page)); break;',
    },
  ],
  [
    'stores no results of writes',
    CALM,
    {
      file: 'src/sweep/apply/write-keys.ts',
      line:
        'sendWrite(iam, write, context.deadline.hard));\n' +
        "  await recordWrites(target, { type: 'writes-done', results }, context);",
      instead: 'sendWrite(iam, write, context.deadline.hard));',
    },
  ],
  [
    'stores no intents',
    CALM,
    {
      file: 'src/sweep/apply/write-keys.ts',
      line: "await recordWrites(target, { type: 'writes-intended', writes }, context);",
      instead: '',
    },
  ],
  [
    'takes a used key for an unused one',
    { ...CALM, rules: { maxKeyAgeDays: 90, maxUnusedDays: 30, users: 'all' } },
    {
      file: 'src/rules/decide-keys.ts',
      line: 'facts.lastUsed?.get(key.accessKeyId) ?? key.createDate;',
      instead: 'key.createDate;',
    },
  ],
  [
    'sweeps an account that opted out',
    CALM,
    {
      file: 'src/targets/classify.ts',
      line: 'if (optOut === undefined || !isInForce(optOut, now)) return undefined;',
      instead: 'if (optOut === undefined || now) return undefined;',
    },
  ],
  [
    'activates keys that were inactive before the sweep',
    HISTORIES,
    {
      file: 'src/sweep/undo/current-keys.ts',
      line: "inactive: withStatus('Inactive', restorable),",
      instead:
        'inactive: [...current].filter(([, status]) => status === "Inactive").map(([accessKeyId]) => ' +
        '({ accessKeyId, userName: restorable[0].userName, outcome: "deactivated", intended: undefined })),',
    },
  ],
  [
    'takes back what a later sweep deactivated',
    {
      faults: false,
      chapters: fc.constant([
        { type: 'activate', account: 1 },
        { type: 'sweep' },
        { type: 'undo', sweep: 0 },
      ]),
    },
    {
      file: 'src/sweep/undo/plan-undo.ts',
      line: 'restorable: deactivated.filter(({ accessKeyId }) => !since.has(accessKeyId)),',
      instead: 'restorable: deactivated,',
    },
  ],
  [
    'gives back a second time what somebody deactivated after the first undo',
    {
      faults: false,
      chapters: fc.constant([
        { type: 'undo', sweep: 0 },
        { type: 'set-key', account: 1, key: 0, to: 'Inactive' },
        { type: 'undo', sweep: 0 },
      ]),
    },
    {
      file: 'src/sweep/undo/later-writes.ts',
      line: "undo: ({ outcome }) => (outcome === 'reactivated' ? 'activated' : undefined),",
      instead: 'undo: () => undefined,',
    },
  ],
  [
    'undoes without a hold',
    HISTORIES,
    {
      file: 'src/ledger/memory.ts',
      line: '{ holdUntil: until, heldByRun: runId }',
      instead: '{ heldByRun: runId }',
    },
  ],
  [
    'counts the days to a deletion from before somebody activated the key',
    ACTIVATED,
    {
      file: 'src/sweep/apply/apply-account.ts',
      line: "status === 'Active'",
      instead: "status === 'Nowhere'",
    },
  ],
  [
    'keeps silent about users who cannot be read',
    FAULTS,
    {
      file: 'src/sweep/plan/plan-account.ts',
      line: "return { userName, failure: failureOf('iam:ListAccessKeys', error) };",
      instead: 'return { decisions: [], contacts: [], machineUsers: [] };',
    },
  ],
  [
    'writes although a limit is exceeded',
    CALM,
    {
      file: 'src/sweep/run.ts',
      line: "mode === 'sweep' && limits.exceeded.length === 0",
      instead: "mode === 'sweep'",
    },
  ],
  [
    'writes in a plan',
    CALM,
    {
      file: 'src/sweep/run.ts',
      line: "mode === 'sweep' && limits.exceeded.length === 0",
      instead: 'limits.exceeded.length === 0',
    },
  ],
  [
    'lets the defaults win over an override',
    CALM,
    {
      file: 'src/targets/settings.ts',
      line: 'armed: entry.armed ?? settings.armed',
      instead: 'armed: settings.armed',
    },
  ],
  [
    'remembers from one run to the next where an account hangs',
    then(...[1, 2, 3, 4].map((account): Chapter => ({ type: 'move', account, to: account % 2 }))),
    {
      file: 'src/targets/classify.ts',
      line: 'const placement = placements.get(account.id);',
      instead: 'const placement = ((config as any)[account.id] ??= placements.get(account.id));',
    },
  ],
  [
    'sweeps although the configuration names an account that no sweep has listed',
    { ...CALM, before: fc.constant([{ type: 'leave', account: 1 }]) },
    {
      file: 'src/sweep/survey/survey-organization.ts',
      line: 'if (unknown.length > departed.length)',
      instead: 'if (!unknown)',
    },
  ],
  [
    'takes a name that no sweep has listed for an account that has left',
    { ...CALM, before: fc.constant([{ type: 'leave', account: 1 }]) },
    {
      file: 'src/targets/unknown-names.ts',
      line: 'former.has(String(value))',
      instead: 'former.size >= 0 && value !== undefined',
    },
  ],
  [
    'sweeps although an exemption has never matched anything',
    CALM,
    {
      file: 'src/sweep/plan/check-exemptions.ts',
      line: 'exceeded: judged.flatMap(({ exceeded }) => exceeded ?? []),',
      instead: 'exceeded: [],',
    },
  ],
  [
    'stops everything for an exemption of one account',
    CALM,
    {
      file: 'src/sweep/plan/check-exemptions.ts',
      line: 'if (only && !other && areOthers)',
      instead: 'if (only && !other && !areOthers)',
    },
  ],
  [
    'forgets which exemptions have matched',
    then(...LEAVING_GROUPS),
    {
      file: 'src/ledger/runs.ts',
      line: 'for (const exemption of summary.matchedExemptions ?? []) matched.add(exemption);',
      instead: '',
    },
  ],
  [
    'writes to an account that is withheld',
    CALM,
    {
      file: 'src/sweep/apply/apply-plans.ts',
      line: "if (reason !== undefined) return { ...end, outcome: 'withheld', reason };",
      instead: '',
    },
  ],
  [
    'lets the keys that one account has gained stop all others',
    {
      ...then({ type: 'new-keys', account: 1, user: 0, count: CROWD, ageDays: 40 }),
      rules: { users: 'all' },
    },
    {
      file: 'src/rules/breaker.ts',
      line: 'return exceededLimits(limits, without(sweep, outliers)).length > 0',
      instead: 'return exceeded.length > 0',
    },
  ],
  [
    'writes although the list of accounts has shrunk',
    then({ type: 'leave', account: 1 }, { type: 'leave', account: 2 }, { type: 'leave', account: 3 }),
    {
      file: 'src/rules/breaker.ts',
      line: 'if (dropped < QUIET_BELOW.accountsDropped || dropped <= allowed) return undefined;',
      instead: 'if (dropped) return undefined;',
    },
  ],
  [
    'remembers the date of keys whose user left the groups',
    then({ type: 'regroup', account: 1, user: 0, groups: [] }),
    {
      file: 'src/ledger/memory.ts',
      line: 'if (holdUntil && holdUntil > at) keys.set(accessKeyId, { userName, holdUntil, heldByRun });',
      instead: 'keys.set(accessKeyId, memory.keys.get(accessKeyId)!);',
    },
  ],
  [
    'takes the tags that a user had when it was first read',
    then(
      { type: 'tag-user', account: 1, user: 0, tags: { keysweep: 'exempt' } },
      { type: 'activate', account: 1 },
    ),
    {
      file: 'src/sweep/plan/decide-user.ts',
      line: 'await userTags(iam, userName, signal)',
      instead: '((by.exempt as any)[userName] ??= await userTags(iam, userName, signal))',
    },
  ],
  [
    'applies a plan to a key that is not as it was',
    DEACTIVATED,
    {
      file: 'src/sweep/plan/plan-file-filter.ts',
      line: 'planned.status === decision.status &&',
      instead: '',
    },
  ],
  [
    'revokes keys that are not in the plan that it applies',
    PLANNED,
    {
      file: 'src/sweep/plan/plan-file-filter.ts',
      line: "decision.action === 'keep' || isAsPlanned(decision, planned, accountId)",
      instead: "decision.action === 'keep' || accountId !== ''",
    },
  ],
  [
    'applies a plan that is too old',
    PLANNED,
    { file: 'src/sweep/plan/plan-file-filter.ts', line: 'age > MAX_PLAN_AGE_HOURS * HOUR ||', instead: '' },
  ],
  [
    'writes although many more keys are due than at the last sweep',
    { ...then(...hired), rules: { users: 'all' } },
    {
      file: 'src/rules/breaker.ts',
      line: 'if (keysDue <= allowed) return undefined;',
      instead: 'if (keysDue) return undefined;',
    },
  ],
  [
    'writes although most of the keys are over age',
    { ...CALM, before: fc.constant(hired), rules: { maxKeyAgeDays: 30, users: 'all' } },
    {
      file: 'src/rules/breaker.ts',
      line: 'if (filtered || due < QUIET_BELOW.keys || due <= allowed) return undefined;',
      instead: 'if (seen) return undefined;',
    },
  ],
  [
    'writes although it could not get into most of its targets',
    CALM,
    {
      file: 'src/rules/breaker.ts',
      line: 'if (cannotAssume < QUIET_BELOW.cannotAssume || cannotAssume <= allowed) return undefined;',
      instead: 'if (cannotAssume) return undefined;',
    },
  ],
  [
    'forgets the last uses that it has read when it needs another one, and never ends',
    {
      ...then({ type: 'days', days: 7 }),
      rules: {
        maxKeyAgeDays: 30,
        maxUnusedDays: 5,
        mode: 'deactivate-then-delete',
        deleteAfterDays: 7,
        users: 'all',
      },
    },
    {
      file: 'src/sweep/plan/decide-user.ts',
      line: 'new Map(known.lastUsed)',
      instead: 'new Map<string, Date | undefined>()',
    },
  ],
  [
    'writes although the intents could not be stored',
    RECORD_LOST,
    {
      file: 'src/sweep/apply/write-keys.ts',
      line: "await recordWrites(target, { type: 'writes-intended', writes }, context);",
      instead:
        "await recordWrites(target, { type: 'writes-intended', writes }, context)" +
        '.catch(() => undefined);',
    },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('a build that is broken in one line is caught by the properties: one that', () => {
  it.each(BREAKS)('%s', { timeout: 120_000 }, async (_, bounds, broken) => {
    await expectCaught(broken, stories(bounds), play);
  });
});
