import { describe, expect, it } from 'vitest';

import type { StoredWrite } from '../../src/ledger/stored-run.ts';
import { accountLines, renderAccounts } from '../../src/report/accounts.ts';
import { columns } from '../../src/report/columns.ts';
import { intentOf, type Intended } from '../../src/report/intent.ts';
import { printable } from '../../src/report/printable.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderUndoPlan } from '../../src/report/undo.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import { configWith } from '../support/build-config.ts';
import { key } from '../support/build-run.ts';
import { account, AT } from '../support/records.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;
const EVIL = 'x\u001b[31my';

const target = (id: string, armed = true) => ({
  account: account(id),
  settings: settingsFor(
    account(id),
    [],
    configWith({ defaults: { groups: ['Developers', 'Ops,EU'], armed } }),
  ),
});
/** An account with keys that are deactivated and keys that are deleted. */
function plan(id: string, deactivate: number, remove: number, armed = true): Intended {
  const actions = [
    ...Array<'deactivate'>(deactivate).fill('deactivate'),
    ...Array<'delete'>(remove).fill('delete'),
  ];
  return {
    target: target(id, armed),
    due: { deactivate, delete: remove },
    unpack: () => ({ decisions: actions.map((action, index) => key(`AKIA${id}${index}`, { action })) }),
  };
}

describe('what a sweep is about to write', () => {
  it('is undefined if no key is due in an armed account', () => {
    expect(intentOf([])).toBeUndefined();
    expect(intentOf([plan(FIRST, 0, 0), plan(SECOND, 3, 1, false)])).toBeUndefined();
  });

  it('names users and keys, first those that cannot be restored, and in total what can be undone', () => {
    const intent = intentOf([plan(FIRST, 2, 1), plan(SECOND, 0, 0), plan(THIRD, 1, 1)]);
    const lines = intent?.table(25, PLAIN, AT).split('\n') ?? [];
    expect(lines).toHaveLength(6);
    expect(lines.slice(1).map((line) => /delete|deactivate/.exec(line)?.[0])).toEqual([
      'delete',
      'delete',
      'deactivate',
      'deactivate',
      'deactivate',
    ]);
    expect(lines[1]).toMatch(new RegExp(`${FIRST} .* AKIA${FIRST}2 +\\d+ d +delete`));
    expect(intent?.summary).toMatch(
      /In 2 accounts:\nDelete 2 keys for good\. .*cannot.*\nDeactivate 3 keys\. .*undo/,
    );
    expect(intent).toMatchObject({ remove: 2, deactivate: 3 });
  });

  it('marks those that cannot be restored', () => {
    const marking = { ...PLAIN, bad: (text: string) => `!${text}` };
    const lines =
      intentOf([plan(FIRST, 1, 1)])
        ?.table(25, marking, AT)
        .split('\n') ?? [];
    expect(lines.map((line) => line.startsWith('!'))).toEqual([false, true, false]);
  });

  it('says where nothing is revoked', () => {
    expect(intentOf([plan(FIRST, 1, 0), plan(SECOND, 4, 0, false)])?.summary).toContain(
      'Nothing in 1 account with due keys: not armed',
    );
  });

  it('fits a screen for any number of accounts, and unpacks only the plans that it shows', () => {
    let unpacked = 0;
    const plans = Array.from({ length: 10_000 }, (_, index) => {
      const { unpack, ...one } = plan(String(100_000_000_000 + index), 1, 0);
      return { ...one, unpack: () => ((unpacked += 1), unpack()) };
    });
    const intent = intentOf(plans);
    expect(intent?.table(15, PLAIN, AT).split('\n')).toHaveLength(16);
    expect(unpacked).toBe(15);
    expect(intent?.summary).toContain('Deactivate 10000 keys');
    expect(intent?.summary).not.toContain('Delete ');
  });
});

describe('what an undo would do', () => {
  const write = (accessKeyId: string, outcome: StoredWrite['outcome']): StoredWrite => ({
    accessKeyId,
    userName: 'ada',
    outcome,
    intended: undefined,
  });

  it('names the keys that can be restored and those that cannot', () => {
    const restorable = [write('AKIABACK1', 'deactivated'), write('AKIABACK2', 'deactivated')];
    const byRun = '20261204T225500Z-4d5e6f';
    const deactivatedSince = [{ ...write('AKIALATER', 'deactivated'), byRun }];
    const activatedSince = [{ ...write('AKIATWICE', 'deactivated'), byRun: '20261203T225500Z-4d5e6f' }];
    const deleted = [write('AKIAGONE', 'deleted')];
    const plan = {
      runId: '20261127T225500Z-1a2b3c',
      accounts: [{ account: account(FIRST), restorable, deactivatedSince, activatedSince, deleted }],
    };
    const text = renderUndoPlan(plan, { style: PLAIN, rows: 25 });
    for (const fact of [
      plan.runId,
      'AKIABACK1',
      'AKIABACK2',
      'AKIAGONE',
      'AKIALATER',
      byRun,
      '1 key deactivated again by a later run',
      'AKIATWICE',
      '20261203T225500Z-4d5e6f',
      '1 key reactivated by an earlier undo',
      FIRST,
      '2 keys',
      '1 key deleted',
      '--apply',
    ])
      expect(text).toContain(fact);
    expect(text.indexOf('AKIALATER')).toBeGreaterThan(text.indexOf('a later run'));
    expect(text.indexOf('AKIAGONE')).toBeGreaterThan(text.indexOf('cannot be restored'));
  });

  it('shows the requested rows', () => {
    const restorable = Array.from({ length: 9 }, (_, index) => write(`AKIA000${index}`, 'deactivated'));
    const plan = {
      runId: '20261127T225500Z-1a2b3c',
      accounts: [
        { account: account(FIRST), restorable, deactivatedSince: [], activatedSince: [], deleted: [] },
      ],
    };
    const text = renderUndoPlan(plan, { style: PLAIN, rows: 4 });
    expect(text.match(/AKIA000\d/g)).toHaveLength(4);
    expect(text).toContain('9 keys can be reactivated');
    expect(text).toContain('5 more');
  });

  it('says so if there is nothing to do', () => {
    const text = renderUndoPlan(
      { runId: '20261127T225500Z-1a2b3c', accounts: [] },
      { style: PLAIN, rows: 25 },
    );
    expect(text).toContain('Nothing to do');
    expect(text).not.toContain('--apply');
  });
});

describe('the accounts', () => {
  const lines = accountLines(
    {
      targets: [target(FIRST), target(SECOND, false)],
      leftOut: [
        {
          account: { ...account(THIRD), name: EVIL },
          outcome: 'opted-out',
          reason: 'until 2099-12-31, owner x: y',
        },
      ],
      undecided: [
        {
          account: account('100000000004'),
          failure: {
            kind: 'denied',
            call: 'organizations:ListParents',
            code: 'AccessDeniedException',
            message: 'no',
          },
        },
      ],
      warnings: [],
    },
    {},
  );

  it('have a status and a reason each', () => {
    expect(lines.map(({ accountId, status }) => `${accountId} ${status}`)).toEqual([
      `${FIRST} armed`,
      `${SECOND} not-armed`,
      `${THIRD} opted-out`,
      '100000000004 denied',
    ]);
    expect(lines[0]?.reason).toMatch(/Developers.*Ops,EU.*deactivate-then-delete/);
    expect(lines[2]?.reason).toContain('owner x');
    expect(lines[3]?.reason).toContain('organizations:ListParents: AccessDeniedException');
  });

  it('are counted, and followed by escaped warnings', () => {
    const text = renderAccounts(lines, [`The opt-out of ${THIRD} (${EVIL}) ends today`], PLAIN);
    for (const fact of ['4 accounts', '1 armed', '1 opted-out', '1 denied', 'ends today', 'x [31my'])
      expect(text).toContain(fact);
    expect(text).not.toContain('\u001b');
  });

  it('are rendered quickly, even thousands', () => {
    const [line] = lines;
    if (!line) throw new Error('no line');
    const began = performance.now();
    expect(renderAccounts(Array<typeof line>(3_000).fill(line), [], PLAIN)).toContain(
      '3000 accounts: 3000 armed',
    );
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('columns', () => {
  it('are aligned, without trailing spaces, one line per row', () => {
    const text = columns(
      ['a', 'bee'],
      [
        ['one', 'x'],
        ['t', `two${EVIL}\nlines`],
      ],
      PLAIN,
    );
    expect(text.split('\n')).toEqual(['  a    bee', '  one  x', '  t    twox [31my lines']);
    expect(columns(['a'], [], PLAIN)).toBe('');
  });

  const head = ['account', 'name', 'key', 'age', 'reason'];
  const row = [FIRST, 'payments-sandbox', 'AKIAIOSFODNN7EXAMPLE', '90 d', 'a reason of several words'];
  const inWidth = (width: number): string[] => columns(head, [row], { width }).split('\n');

  it.each([200, 100, 90, 80, 70, 60])('fit %i columns, and keep each word', (width) => {
    const lines = inWidth(width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const word of [FIRST, 'AKIAIOSFODNN7EXAMPLE', 'reason', 'several'])
      expect(lines.slice(1).join('\n')).toContain(word);
  });

  it('wrap before they drop, and drop the narrowest of those that can be missed', () => {
    expect(inWidth(100)).toHaveLength(2);
    expect(inWidth(80)).toEqual([
      '  account       name              key                   age   reason',
      `  ${FIRST}  payments-sandbox  AKIAIOSFODNN7EXAMPLE  90 d  a reason of`,
      '                                                              several words',
    ]);
    expect(inWidth(65)[0]).not.toContain('age');
    expect(inWidth(65)[0]).toContain('name');
    expect(inWidth(60)[0]).not.toContain('name');
  });

  it('paint every line of a row', () => {
    const options = { width: 80, paint: (line: string, at: number) => `${at}${line}` };
    expect(
      columns(head, [row, row], options)
        .split('\n')
        .map((line) => line[0]),
    ).toEqual([' ', '0', '0', '1', '1']);
  });
});

describe('printable text', () => {
  it.each([
    ['plain, with umlauts: Jürgen 山', 'plain, with umlauts: Jürgen 山'],
    ['two\nlines', 'two lines'],
    ['\u001b]0;title\u0007', ' ]0;title '],
    ['a\u009b2Kb\u0000c\u007fd', 'a 2Kb c d'],
    ['a\u2028b\u2029c', 'a b c'],
    ['\r\n\t', ' '],
  ])('of %j is %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
