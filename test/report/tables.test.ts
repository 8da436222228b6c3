import { describe, expect, it } from 'vitest';

import type { StoredWrite } from '../../src/ledger/stored-run.ts';
import { accountLines, renderAccounts } from '../../src/report/accounts.ts';
import { columns } from '../../src/report/columns.ts';
import { renderIntent } from '../../src/report/intent.ts';
import { printable } from '../../src/report/printable.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderUndoPlan } from '../../src/report/undo.ts';
import { settingsFor } from '../../src/targets/settings.ts';
import { configWith } from '../support/build-config.ts';
import { account } from '../support/records.ts';

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
const due = (deactivate: number, deleted: number) => ({ deactivate, delete: deleted });

describe('what a sweep is about to write', () => {
  it('is undefined if no key is due', () => {
    expect(renderIntent([])).toBeUndefined();
    expect(renderIntent([{ target: target(FIRST), due: due(0, 0) }])).toBeUndefined();
  });

  it('is listed by account and in total, with what can be undone', () => {
    const text = renderIntent([
      { target: target(FIRST), due: due(2, 1) },
      { target: target(SECOND), due: due(0, 0) },
      { target: target(THIRD), due: due(1, 0) },
    ]);
    expect(text).toMatch(new RegExp(`${FIRST} .*\\b2 +1$`, 'm'));
    expect(text).not.toContain(SECOND);
    expect(text).toMatch(/In 2 accounts:\nDeactivate 3 keys\. .*undo.*\nDelete 1 key\. Deleted keys cannot/);
  });

  it('fits a screen for any number of accounts', () => {
    const plans = Array.from({ length: 10_000 }, (_, index) => ({
      target: target(String(100_000_000_000 + index)),
      due: due(1, 0),
    }));
    const text = renderIntent(plans) ?? '';
    expect(text.split('\n').length).toBeLessThan(32);
    expect(text).toContain('9975 more accounts');
    expect(text).toContain('Deactivate 10000 keys');
    expect(text).not.toContain('Delete ');
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
  const lines = accountLines({
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
  });

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
    );
    expect(text.split('\n')).toEqual(['  a    bee', '  one  x', '  t    twox [31my lines']);
    expect(columns(['a'], [])).toBe('');
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
