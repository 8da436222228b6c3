import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { renderPage } from '../../../src/report/html/page.ts';
import { MOST_ROWS } from '../../../src/report/html/table.ts';
import { keyCounts, RUN_ID, SETTINGS, summary } from '../../support/records.ts';
import { daysAgo, key, buildRun, type RunSetup } from '../../support/build-run.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

async function renderReportPage(
  setup: RunSetup,
  history: Parameters<typeof renderPage>[0]['history'] = [],
): Promise<string> {
  return renderPage({ run: await buildRun(setup), history, sha256 });
}

/** The page without markup, spaces folded. */
function textOf(page: string): string {
  return page
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
}

const EIGHTY_THREE = { maxKeyAgeDays: 83, mode: 'deactivate', deleteAfterDays: 7 } as const;
const denied = { kind: 'denied', call: 'iam:GetGroup', code: 'AccessDenied', message: 'no' } as const;

describe('the page of a run', () => {
  it('answers the four questions in order', async () => {
    const page = await renderReportPage({ accounts: [{ id: FIRST }] });
    const at = [
      'Did it work?',
      'What changed?',
      'What was not covered, and why?',
      'What comes next?',
      'Every account',
    ].map((title) => page.indexOf(`>${title}</h2>`));
    expect(at.every((place) => place > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(textOf(page)).toMatch(/✓ OK: .*covered/);
    expect(page).toContain(`<code>${RUN_ID}</code>`);
  });

  it.each<[string, RunSetup, RegExp[]]>([
    [
      'an incomplete run',
      {
        accounts: [
          { id: FIRST, name: 'web', end: { outcome: 'denied', reason: 'iam:GetGroup: AccessDenied: no' } },
        ],
        summary: {
          verdict: 'incomplete',
          accounts: { denied: 1 },
          problems: ['Group Develpers exists in none'],
        },
      },
      [
        /INCOMPLETE: 1 of 1 account not covered/,
        /Problems Group Develpers/,
        /denied: AWS denied a call Fix: The role in the message lacks/,
        /web 100000000001 iam:GetGroup: AccessDenied: no/,
      ],
    ],
    [
      'an interrupted run with an unconfirmed key',
      {
        accounts: [{ id: FIRST, end: null, plan: { decisions: [key('AKIA1')] }, intended: ['AKIA1'] }],
        summary: null,
      },
      [
        /INTERRUPTED/,
        /1 failed or unconfirmed/,
        /1 key unconfirmed: the intent to write was recorded/,
        /AKIA1 unconfirmed intent to deactivate recorded, no result/,
        /unfinished: the run was interrupted/,
      ],
    ],
    [
      'users who could not be read',
      {
        accounts: [
          {
            id: FIRST,
            plan: { unreadUsers: [{ userName: 'bob', failure: denied }] },
            end: { outcome: 'denied' },
          },
        ],
      },
      [/The keys of 1 user were left alone/, /bob iam:GetGroup: AccessDenied: no/],
    ],
    [
      'a part of the organization',
      {
        started: { filters: { accounts: [FIRST], organizationalUnits: ['ou-1'] } },
        accounts: [{ id: FIRST }],
      },
      [/only part of the organization: --account 100000000001 --ou ou-1/],
    ],
    [
      'a plan',
      {
        started: { mode: 'plan' },
        accounts: [
          { id: FIRST, plan: { armed: false, decisions: [key('AKIA1')] }, end: { outcome: 'planned' } },
        ],
      },
      [
        /What would change\?/,
        /Due: 1 to deactivate/,
        /AKIA1 100 d to deactivate maxKeyAgeDays reached/,
        /1 key in 1 account due and left alone: not armed/,
      ],
    ],
    [
      'an undo',
      {
        started: { mode: 'undo', undoOf: '20261120T225500Z-000001' },
        accounts: [
          {
            id: FIRST,
            results: [{ accessKeyId: 'AKIA1', outcome: 'reactivated' }],
            end: { outcome: 'swept', keys: keyCounts({ reactivated: 1 }) },
          },
        ],
      },
      [
        /undo of 20261120T225500Z-000001/,
        /1 reactivated/,
        /AKIA1 reactivated/,
        /Sweeps leave the reactivated keys alone/,
      ],
    ],
    [
      'users who may be machines',
      {
        accounts: [
          {
            id: FIRST,
            plan: {
              decisions: [key('AKIA1')],
              machineUsers: [{ userName: 'ada', sign: 'no-console-access' }],
            },
          },
        ],
      },
      [
        /Check these users first 1 user with due keys/,
        /Possible machine users 1 .* ada 1 yes no console password/,
      ],
    ],
    [
      'who was notified, and for which time of the schedule it was',
      {
        started: {
          mode: 'plan',
          scheduledFor: '2026-11-27T22:50:00.000Z',
          noticeFor: '2026-11-28T22:55:00.000Z',
        },
        accounts: [{ id: FIRST }],
        notices: [
          { type: 'notice-sent', at: '2026-11-27T22:55:00.000Z', channel: 'mail', label: 'ada', count: 3 },
        ],
      },
      [
        /scheduled for 27 Nov 2026, 22:50 UTC/,
        /notice of the sweep of 28 Nov 2026, 22:55 UTC/,
        /Notices sent mail 3 sent/,
      ],
    ],
    [
      'what was left alone on purpose',
      {
        accounts: [
          {
            id: FIRST,
            name: 'pay',
            end: {
              outcome: 'opted-out',
              reason: 'until 2027-01-31, owner ada: freeze',
              optOut: { owner: 'ada', reason: 'freeze', until: '2027-01-31' },
            },
          },
          {
            id: SECOND,
            plan: {
              missingGroups: ['Ops'],
              decisions: [
                key('AKIA2', {
                  action: 'keep',
                  reason: 'exempt.groups',
                  exemption: { name: 'ServiceUsers', until: '2027-01-31' },
                }),
              ],
            },
          },
        ],
        summary: { warnings: ['The opt-out of pay ends soon.'] },
      },
      [
        /Accounts: opted-out 1 .* until 2027-01-31, owner ada: freeze/,
        /1 key kept: 1 exempt.groups/,
        /Kept keys 1 .* exempt.groups ServiceUsers until 2027-01-31/,
        /Accounts that lack a configured group 1 .* Ops/,
        /Did it work\? .* Warnings The opt-out of pay ends soon.* What changed\?/,
        /Opt-outs that end 1 .* 31 Jan 2027, 65 days later/,
      ],
    ],
  ])('shows %s', async (_, setup, expected) => {
    const text = textOf(await renderReportPage(setup));
    for (const pattern of expected) expect(text).toMatch(pattern);
  });

  it('says which rules were in force, in the words of accounts.json', async () => {
    const text = textOf(
      await renderReportPage({ started: { settings: SETTINGS }, accounts: [{ id: FIRST }] }),
    );
    for (const pattern of [
      /Which rules were in force\? Schedule cron\(55 23 \? \* FRI \*\) \( ?UTC\)/,
      /tag keysweep=opt-out are opted out/,
      /every account no Developers 0 deactivate-then-delete 7 with-console-access keysweep=exempt/,
      /222222222222 yes 30 /,
      /exempt.users none every account .*exempt.groups none every account/,
      /exempt.users break-glass-\* ou-ab12-cdefghij none/,
      /exempt.groups Ops ou-ab12-cdefghij bob 2026-12-31/,
      /333333333333 ada freeze 2027-01-31/,
      /maxKeys 500 A sweep that would revoke more keys than this revokes none\./,
      /It does not look at other users, root keys/,
    ])
      expect(text).toMatch(pattern);
  });

  it('says of a run without recorded rules that it has none, and nothing of rules in an undo', async () => {
    const sweep = textOf(await renderReportPage({ accounts: [{ id: FIRST }] }));
    expect(sweep).toMatch(/from before keysweep recorded its settings/);
    const undo = textOf(await renderReportPage({ started: { mode: 'undo' }, accounts: [{ id: FIRST }] }));
    expect(undo).not.toMatch(/Which rules|evidence/);
  });

  it('shows kept keys with age, last use and what keeps them', async () => {
    const kept = { action: 'keep', userName: 'bob' } as const;
    const decisions = [
      key('AKIA1', { ...kept, reason: 'deleteAfterDays not reached', lastUsed: daysAgo(3) }),
      key('AKIA2', { ...kept, reason: 'exempt.users', exemption: { name: 'b*' }, lastUsed: null }),
      key('AKIA3', { ...kept, reason: 'on-hold' }),
    ];
    const text = textOf(await renderReportPage({ accounts: [{ id: FIRST, plan: { decisions } }] }));
    expect(text).toMatch(/AKIA1 Active 100 d 24 Nov 2026 deleteAfterDays not reached/);
    expect(text).toMatch(/AKIA2 Active 100 d never exempt.users b\*/);
    expect(text).toMatch(/AKIA3 Active 100 d on-hold/);
    const none = await renderReportPage({
      accounts: [{ id: FIRST, plan: { decisions: decisions.slice(2) } }],
    });
    expect(textOf(none)).not.toContain('last use');
  });

  it('adds up by OU and by account tag, and has the users with the most keys', async () => {
    const text = textOf(
      await renderReportPage({
        units: [{ id: 'ou-1', name: 'Prod', accounts: [FIRST] }],
        groups: { [FIRST]: 'payments' },
        accounts: [
          {
            id: FIRST,
            plan: { decisions: [key('AKIA1'), key('AKIA2', { createDate: daysAgo(400) })] },
            end: { keys: keyCounts({ seen: 2, due: 2, deactivated: 2 }) },
          },
          {
            id: SECOND,
            plan: { decisions: [key('AKIA3', { userName: 'ADA' }), key('AKIA4', { userName: 'bob' })] },
            end: { outcome: 'denied', keys: keyCounts({ seen: 2, due: 2 }) },
          },
        ],
      }),
    );
    expect(text).toMatch(/Totals by OU 2 .* Prod 1 0 2 0 2 2 0 400 d OU unknown 1 1 2 0 2 0 0 100 d/);
    expect(text).toMatch(/Totals by account tag 2 .* payments 1 0 2 .* no tag, or tags not read 1 1 2/);
    expect(text).toMatch(/Users with the most keys 2 .* ada 2 3 3 400 d bob 1 1 1 100 d/);
  });

  it('does not list every account of a plan that was applied', async () => {
    const accounts = Array.from({ length: 112 }, (_, index) => String(100000000000 + index));
    const text = textOf(
      await renderReportPage({ started: { filters: { accounts } }, accounts: [{ id: FIRST }] }),
    );
    expect(text).toContain('--account 100000000000 100000000001 100000000002 … (112) ');
    expect(text).not.toContain('100000000050');
  });

  it.each<[string, RunSetup, string]>([
    ['an armed account whose keys were revoked', { accounts: [{ id: FIRST }] }, '1 of 1'],
    ['a plan', { started: { mode: 'plan' }, accounts: [{ id: FIRST }] }, '0 of 1'],
    ['an unarmed account', { accounts: [{ id: FIRST, plan: { armed: false } }] }, '0 of 1'],
    ['an account that was not covered', { accounts: [{ id: FIRST, end: { outcome: 'denied' } }] }, '0 of 1'],
    [
      'an account with a higher age',
      { accounts: [{ id: FIRST, plan: { rules: { ...EIGHTY_THREE, maxKeyAgeDays: 84 } } }] },
      '0 of 1',
    ],
    [
      'an account in which an old key was kept',
      {
        accounts: [{ id: FIRST, plan: { decisions: [key('AKIA1', { action: 'keep', reason: 'on-hold' })] } }],
      },
      '0 of 1',
    ],
  ])('counts accounts that are evidence: %s', async (_, { accounts, ...setup }, expected) => {
    const withRules = accounts.map((own) => ({ ...own, plan: { rules: EIGHTY_THREE, ...own.plan } }));
    const text = textOf(await renderReportPage({ ...setup, accounts: withRules }));
    expect(text).toMatch(
      new RegExp(`Security Hub IAM.3; .* Deactivation is enough for the control ${expected}`),
    );
    expect(text).toMatch(/What it does not prove That nobody had access\./);
  });

  it.each([
    ['a key in use', 38, 'maxUnusedDays not reached', '1 of 1'],
    ['more days without use', 39, 'maxUnusedDays not reached', '0 of 1'],
    ['an old key that an undo holds', 38, 'on-hold', '0 of 1'],
  ] as const)('counts accounts by the use of keys: %s', async (_, maxUnusedDays, reason, expected) => {
    const kept = key('AKIA1', { action: 'keep', reason });
    const rules = { ...EIGHTY_THREE, maxUnusedDays };
    const text = textOf(
      await renderReportPage({ accounts: [{ id: FIRST, plan: { rules, decisions: [kept] } }] }),
    );
    expect(text).toMatch(new RegExp(`Security Hub IAM.22; .* keysweep does not handle them ${expected}`));
  });

  it('names the limits that a sweep exceeded', async () => {
    const run = await buildRun({ accounts: [{ id: FIRST }], summary: { verdict: 'stopped' } });
    const exceeded = [
      { limit: 'maxKeys', allowed: 1, found: 2, message: '2 keys would be revoked' },
    ] as const;
    const page = renderPage({
      run: { ...run, limits: { type: 'limits-checked', at: '', exceeded } },
      history: [],
      sha256,
    });
    expect(textOf(page)).toMatch(/STOPPED by a limit.* maxKeys : 2 keys would be revoked/);
  });

  it('escapes markup in names, wherever they are', async () => {
    const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>"'`;
    const failure = { ...denied, message: evil, code: evil };
    const page = await renderReportPage({
      started: { caller: evil, filters: { organizationalUnits: [evil] } },
      units: [{ id: 'r', name: evil, accounts: [FIRST] }],
      accounts: [
        {
          id: FIRST,
          name: evil,
          plan: {
            decisions: [key(evil, { userName: evil })],
            unreadUsers: [{ userName: evil, failure }],
            missingGroups: [evil],
          },
          results: [{ accessKeyId: evil, userName: evil, outcome: 'failed', failure }],
          end: { outcome: 'failed', reason: evil },
        },
        {
          id: SECOND,
          name: evil,
          end: {
            outcome: 'opted-out',
            reason: evil,
            optOut: { owner: evil, reason: evil, until: '2027-01-31' },
          },
        },
      ],
      summary: { verdict: 'incomplete', problems: [evil], warnings: [evil] },
    });
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;').length).toBeGreaterThan(15);
  });

  it('lets a browser use only the script and style that it names by hash, and load nothing', async () => {
    const page = await renderReportPage({ accounts: [{ id: FIRST }] });
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(page)?.[1]
      ?.replaceAll('&#39;', "'");
    const inner = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page)?.[1] ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`script-src 'sha256-${sha256(inner('script'))}'`);
    expect(policy).toContain(`style-src 'sha256-${sha256(inner('style'))}'`);
    expect(page).not.toMatch(/https?:\/\/(?!developer)|\bstyle="|\bon[a-z]+="/);
  });

  it('draws the last sweeps if there is more than one', async () => {
    const sweeps = ['20', '27'].map((day) =>
      summary({
        runId: `202611${day}T225500Z-000001`,
        startedAt: `2026-11-${day}T22:55:00.000Z`,
        keys: keyCounts({ seen: 9, kept: 4, due: 5, deactivated: 5 }),
      }),
    );
    expect(textOf(await renderReportPage({ accounts: [{ id: FIRST }] }, sweeps))).toContain(
      'Keys over the last 2 sweeps',
    );
    expect(textOf(await renderReportPage({ accounts: [{ id: FIRST }] }, sweeps.slice(1)))).not.toContain(
      'Keys over the last',
    );
  });

  it('has a cell for every account, and says where to find omitted rows', async () => {
    const accounts = Array.from({ length: MOST_ROWS + 700 }, (_, index) => ({
      id: String(100000000000 + index),
    }));
    const page = await renderReportPage({ accounts });
    const charts = page.replaceAll(/<svg class="swatch".*?<\/svg>/gs, '');
    const cells = [...charts.matchAll(/class="box"\s+d="([^"]*)"/g)].flatMap(
      ([, path]) => path?.match(/M/g) ?? [],
    );
    expect(cells).toHaveLength(accounts.length);
    expect(page).toContain(`… and 700 more rows: run keysweep report ${RUN_ID} --csv FILE`);
  });
});
