import fc from 'fast-check';
import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, it } from 'vitest';

import { expectCaught, type Break } from '../broken-build.ts';
import { ROOT, type AccountFacts, type Facts } from '../story.ts';
import { actedStories, BETWEEN_BATCHES, type ActedBounds } from './drawing.ts';
import { playActed } from './play.ts';

const ANY: ActedBounds = {};
const SWEEP: ActedBounds = { runs: fc.constant([{ type: 'sweep', days: 0 }]) };
const RENAMED: ActedBounds = { ...SWEEP, acts: ['rename-user', 'swap-names', 'take-name'] };
const AFTER_LIMITS: ActedBounds = {
  ...SWEEP,
  moments: fc.record({ afterLimits: fc.integer({ min: 1, max: 8 }) }),
};
const UNDONE: ActedBounds = {
  runs: fc.constant([
    { type: 'sweep', days: 0 },
    { type: 'undo', days: 0 },
  ]),
  acts: ['rename-user', 'swap-names', 'take-name'],
};
const WEEKS: ActedBounds = {
  runs: fc.constant([
    { type: 'sweep', days: 0 },
    { type: 'sweep', days: 7 },
  ]),
  acts: ['set-key'],
};
const LIES: ActedBounds = { ...SWEEP, acts: ['minutes'] };
const WRITE_UNHEARD: ActedBounds = {
  ...LIES,
  lies: fc.constant([{ call: 'UpdateAccessKey', account: 1, by: 'nothing' }]),
};
const WRONG_SESSION: ActedBounds = {
  ...LIES,
  reshape: besideAnEmptyAccount,
  lies: fc.constant([{ call: 'AssumeRole', account: 2, by: 1 }]),
};

/** An account that has not even the groups, before the last one. */
function besideAnEmptyAccount({ accounts, ...rest }: Facts): Facts {
  const [management, ...others] = accounts as readonly [AccountFacts, AccountFacts];
  const last = others.at(-1)!;
  return { ...rest, accounts: [management, { ...last, users: [], emptyGroups: [] }, last] };
}

/** Accounts of the root are armed, others are not. */
function unarmedElsewhere({ accounts, config, ...rest }: Facts): Facts {
  return {
    ...rest,
    accounts: accounts.map((account) => ({ ...account, place: ROOT })),
    config: { ...config, ofUnits: [{ unit: 0, armed: false }] },
  };
}

const BREAKS: readonly (readonly [string, ActedBounds, Break])[] = [
  [
    'writes what was planned, and reads nothing again',
    SWEEP,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: '(await readFates(plan, due, reading, context))',
      instead: 'new Map(due.map((key) => [key.accessKeyId, key]))',
    },
  ],
  [
    'writes to keys of users who have left the groups since the plan',
    AFTER_LIMITS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: 'return changed({ ...planned, userName: key.userName, status: key.status });',
      instead: 'return { ...planned, userName: key.userName, status: key.status };',
    },
  ],
  [
    'keeps silent about users who were renamed since the plan',
    RENAMED,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: "if (members.has(planned.userId ?? ''))",
      instead: 'if (members.size > 99)',
    },
  ],
  [
    'forgets the exempt groups when it reads again',
    AFTER_LIMITS,
    {
      file: 'src/sweep/plan/plan-account.ts',
      line: 'users.length + leaked.size > 0 ?',
      instead: 'users.length + leaked.size > 0 && !only ?',
    },
  ],
  [
    'does not ask for the exempt tag when it reads again',
    AFTER_LIMITS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: 'await decideAccount(iam, target, memory, now, names);',
      instead:
        'await decideAccount(iam, { ...target, settings: { ...target.settings, exempt: ' +
        '{ ...target.settings.exempt, userTag: false } } }, memory, now, names);',
    },
  ],
  [
    'does not ask for the console password when it reads again',
    AFTER_LIMITS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: 'await decideAccount(iam, target, memory, now, names);',
      instead:
        'await decideAccount(iam, { ...target, settings: { ...target.settings, rules: ' +
        "{ ...target.settings.rules, users: 'all' } } }, memory, now, names);",
    },
  ],
  [
    'takes the keys that a user had when it was first read',
    AFTER_LIMITS,
    {
      file: 'src/sweep/plan/decide-user.ts',
      line: 'const keys = await accessKeys(iam, userName, signal);',
      instead: 'const keys = await ((by.rules as any)[userName] ??= accessKeys(iam, userName, signal));',
    },
  ],
  [
    'deletes keys that somebody has activated since the plan',
    WEEKS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: 'return now.action === planned.action ? now : changed(now);',
      instead: 'return planned;',
    },
  ],
  [
    'does not read again where an account is, and whether it opted out',
    AFTER_LIMITS,
    {
      file: 'src/sweep/apply/recheck-target.ts',
      line: 'limit(check, id)',
      instead: 'Promise.resolve({ at: context.now(), now: { target } })',
    },
  ],
  [
    'writes where nothing is armed any more',
    { ...AFTER_LIMITS, acts: ['move'], reshape: unarmedElsewhere },
    {
      file: 'src/sweep/apply/recheck-target.ts',
      line: "return 'target' in now && now.target.settings.armed;",
      instead: "return 'target' in now;",
    },
  ],
  [
    'goes by the settings that an account had at its first batch',
    BETWEEN_BATCHES,
    {
      file: 'src/sweep/apply/apply-account.ts',
      line: 'now = { ...now, target: target.now.target };',
      instead: '',
    },
  ],
  [
    'goes by what it read however long ago',
    ANY,
    {
      file: 'src/sweep/apply/write-keys.ts',
      line: 'ageFailure(context.readAt, context) ??',
      instead: '',
    },
  ],
  [
    'believes of a user what IAM says of the name',
    {
      ...RENAMED,
      moments: fc.record({ call: fc.constant('GetLoginProfile'), nth: fc.integer({ min: 1, max: 6 }) }),
    },
    {
      file: 'src/sweep/plan/renamed-users.ts',
      line: 'names.get(userId) !== userName',
      instead: 'names.size > 99',
    },
  ],
  [
    'takes the key of a renamed user for one that is gone',
    UNDONE,
    {
      file: 'src/sweep/find-keys.ts',
      line: 'return owner === undefined ?',
      instead: 'return owner ?',
    },
  ],
  [
    'takes a key that was written to under an old name for one that is gone',
    RENAMED,
    {
      file: 'src/sweep/apply/settle-writes.ts',
      line: "outcome: 'failed', failure: renamed(userName, key.userName)",
      instead: "outcome: 'already-gone'",
    },
  ],
  [
    'remembers as inactive what it has seen Active',
    WEEKS,
    {
      file: 'src/sweep/apply/decide-again.ts',
      line: '...activatedSince(planned, decisions),',
      instead: '',
    },
  ],
  [
    'believes every answer',
    WRITE_UNHEARD,
    {
      file: 'src/aws/verify-response.ts',
      line: "await verify(result.response, context.commandName ?? '', protocol, hostname);",
      instead: '',
    },
  ],
  [
    'works in whatever account a session is of',
    WRONG_SESSION,
    { file: 'src/aws/session.ts', line: 'if (assumed?.Arn !== arn)', instead: 'if (!assumed)' },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('a build that is broken in one line is caught by those who act meanwhile: one that', () => {
  it.each(BREAKS)('%s', { timeout: 300_000 }, async (_, bounds, broken) => {
    await expectCaught(broken, actedStories(bounds), playActed);
  });
});
