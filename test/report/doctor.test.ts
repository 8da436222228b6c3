import { describe, expect, it } from 'vitest';

import { ok, problem, unknown, warning, type Examination } from '../../src/doctor/finding.ts';
import { doctorJson, doctorVerdict, renderDoctor } from '../../src/report/doctor.ts';
import { PLAIN } from '../../src/report/style.ts';

const complaint = { what: 'is closed', why: 'Nobody gets in.', cure: 'Open it.' };

function examination(overrides: Partial<Examination> = {}): Examination {
  return {
    at: new Date('2026-11-24T10:00:00Z'),
    findings: [],
    notCovered: [],
    nextFirings: [],
    timezone: 'Europe/Berlin',
    ...overrides,
  };
}

const shown = (given: Partial<Examination>, rows = 2, localZone = 'Europe/Berlin') =>
  renderDoctor(examination(given), { style: PLAIN, rows }, localZone).split('\n');

describe('an examination for people', () => {
  it('says once what is the matter in several places, and names as many as fit', () => {
    const findings = ['one', 'two', 'three'].map((where) =>
      problem('enter-account', { where }, { ...complaint, detail: `AWS said ${where}` }),
    );
    expect(shown({ findings })).toEqual([
      'PROBLEM  is closed  enter-account',
      '  where   one, two and 1 more (--all)',
      '  why     Nobody gets in.',
      '  do      Open it.',
      '  detail  one: AWS said one',
    ]);
    const all = shown({ findings }, Infinity);
    expect(all[1]).toBe('  where   one, two, three');
    expect(all.filter((line) => line.includes('AWS said'))).toHaveLength(3);
  });

  it('puts problems first, then warnings, then what nobody can tell, then what is fine', () => {
    const findings = [
      ok('ledger', { where: 'ledger x' }, 'can be read'),
      unknown('function', { where: 'Lambda' }, complaint),
      warning('clock', { where: 'clock' }, complaint),
      problem('schedule', { where: 'schedule' }, complaint),
    ];
    expect(shown({ findings }).filter((line) => /^[A-Z]/.test(line))).toEqual([
      'PROBLEM  is closed  schedule',
      'WARNING  is closed  clock',
      'CANNOT TELL  is closed  function',
      'FINE',
    ]);
  });

  it('counts accounts that are fine, and names them with --all', () => {
    const findings = ['1', '2', '3'].map((where) => ok('read-account', { where }, 'can be entered'));
    expect(shown({ findings })).toEqual(['FINE', '  3 accounts: can be entered']);
    expect(shown({ findings }, Infinity)).toEqual([
      'FINE',
      '  1: can be entered',
      '  2: can be entered',
      '  3: can be entered',
    ]);
  });

  it('shows the next sweeps in the time zone of the schedule and in that of the reader', () => {
    const nextFirings = [new Date('2026-11-27T22:55:00Z')];
    const cells = (lines: string[]) => lines.map((line) => line.trim().split(/ {2,}/));
    expect(cells(shown({ nextFirings }, 2, 'America/New_York'))).toEqual([
      ['Next sweeps'],
      ['Europe/Berlin', 'America/New_York (here)'],
      ['Fri 2026-11-27 23:55', 'Fri 2026-11-27 17:55'],
    ]);
    expect(cells(shown({ nextFirings }))).toEqual([
      ['Next sweeps'],
      ['Europe/Berlin'],
      ['Fri 2026-11-27 23:55'],
    ]);
  });

  it('lists what is not covered by intention, with what would change it', () => {
    const notCovered = ['1', '2', '3'].map((accountId) => ({
      accountId,
      name: `account ${accountId}`,
      outcome: 'opted-out' as const,
      reason: 'freeze',
      cure: 'take it out',
    }));
    const lines = shown({ notCovered });
    expect(lines[0]).toContain('3 opted-out');
    expect(lines[2]?.trim().split(/ {2,}/)).toEqual(['1', 'account 1', 'opted-out', 'freeze', 'take it out']);
    expect(lines.at(-1)).toContain('and 1 more');
  });

  it('lets no name of an account move the cursor', () => {
    const findings = [problem('groups', { where: 'evil\u001b[2J' }, { ...complaint, detail: 'x\ny' })];
    expect(shown({ findings }).join('')).not.toContain('\u001b');
  });
});

describe('the verdict of an examination', () => {
  it.each([
    [[], 'No problem: 0 warnings, 0 that nobody could tell, 0 fine.'],
    [
      [warning('clock', { where: 'x' }, complaint)],
      'No problem: 1 warning, 0 that nobody could tell, 0 fine.',
    ],
    [
      [problem('clock', { where: 'x' }, complaint), ok('ledger', { where: 'x' }, 'y')],
      '1 problem, 0 warnings, 0 that nobody could tell, 1 fine.',
    ],
  ])('counts %#', (findings, verdict) => {
    expect(doctorVerdict(findings, PLAIN)).toBe(verdict);
  });
});

describe('an examination for machines', () => {
  it('is one document with a version, counts, findings, and the next firings', () => {
    const findings = [
      problem('groups', { where: '1 (one)', accountId: '1' }, complaint),
      ok('ledger', { where: 'x' }, 'y'),
    ];
    const nextFirings = [new Date('2026-11-27T22:55:00Z')];
    expect(JSON.parse(doctorJson(examination({ findings, nextFirings })))).toEqual({
      version: 1,
      at: '2026-11-24T10:00:00.000Z',
      counts: { problem: 1, warning: 0, unknown: 0, ok: 1 },
      findings: [
        { check: 'groups', status: 'problem', where: '1 (one)', accountId: '1', ...complaint },
        { check: 'ledger', status: 'ok', where: 'x', what: 'y' },
      ],
      notCovered: [],
      schedule: { timezone: 'Europe/Berlin', nextFirings: ['2026-11-27T22:55:00.000Z'] },
    });
  });
});
