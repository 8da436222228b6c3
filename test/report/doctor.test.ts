import { describe, expect, it } from 'vitest';

import { ok, problem, unknown, warning, type Examination } from '../../src/doctor/finding.ts';
import { doctorVerdict, renderDoctor } from '../../src/report/doctor.ts';
import { doctorJson } from '../../src/report/json.ts';
import { PLAIN } from '../../src/report/style.ts';

const diagnosis = { summary: 'The door is closed', impact: 'Visitors wait outside.', fix: 'Open it.' };

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

describe('an examination as text', () => {
  it('shows the same finding once for several subjects, and names as many as fit', () => {
    const findings = ['one', 'two', 'three'].map((subject) =>
      problem('enter-account', { subject }, { ...diagnosis, detail: `AWS said ${subject}` }),
    );
    expect(shown({ findings })).toEqual([
      'PROBLEM  The door is closed  enter-account',
      '  subject  one, two and 1 more (--all)',
      '  impact   Visitors wait outside.',
      '  fix      Open it.',
      '  detail   one: AWS said one',
    ]);
    const all = shown({ findings }, Infinity);
    expect(all[1]).toBe('  subject  one, two, three');
    expect(all.filter((line) => line.includes('AWS said'))).toHaveLength(3);
  });

  it('lists problems first, then warnings, then what was not checked, then what is ok', () => {
    const findings = [
      ok('ledger', { subject: 'ledger x' }, 'can be read'),
      unknown('function', { subject: 'Lambda' }, diagnosis),
      warning('clock', { subject: 'clock' }, diagnosis),
      problem('schedule', { subject: 'schedule' }, diagnosis),
    ];
    expect(shown({ findings }).filter((line) => /^[A-Z]/.test(line))).toEqual([
      'PROBLEM  The door is closed  schedule',
      'WARNING  The door is closed  clock',
      'NOT CHECKED  The door is closed  function',
      'OK',
    ]);
  });

  it('counts accounts that are ok, and lists them with --all', () => {
    const findings = ['1', '2', '3'].map((subject) => ok('read-account', { subject }, 'can be entered'));
    expect(shown({ findings })).toEqual(['OK', '  3 accounts: can be entered']);
    expect(shown({ findings }, Infinity)).toEqual([
      'OK',
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

  it('lists accounts that are not covered as configured, with the fix', () => {
    const notCovered = ['1', '2', '3'].map((accountId) => ({
      accountId,
      accountName: `account ${accountId}`,
      status: 'opted-out' as const,
      reason: 'freeze',
      fix: 'remove it',
    }));
    const lines = shown({ notCovered });
    expect(lines[0]).toContain('3 opted-out');
    expect(lines[2]?.trim().split(/ {2,}/)).toEqual(['1', 'account 1', 'opted-out', 'freeze', 'remove it']);
    expect(lines.at(-1)).toContain('and 1 more');
  });

  it('escapes control characters in names', () => {
    const findings = [problem('groups', { subject: 'evil\u001b[2J' }, { ...diagnosis, detail: 'x\ny' })];
    expect(shown({ findings }).join('')).not.toContain('\u001b');
  });
});

describe('the verdict of an examination', () => {
  it.each([
    [[], 'No problem: 0 warnings, 0 not checked, 0 ok.'],
    [[warning('clock', { subject: 'x' }, diagnosis)], 'No problem: 1 warning, 0 not checked, 0 ok.'],
    [
      [problem('clock', { subject: 'x' }, diagnosis), ok('ledger', { subject: 'x' }, 'y')],
      '1 problem, 0 warnings, 0 not checked, 1 ok.',
    ],
  ])('counts %#', (findings, verdict) => {
    expect(doctorVerdict(findings, PLAIN)).toBe(verdict);
  });
});

describe('an examination as JSON', () => {
  it('is one document with a version, counts, findings and the next sweeps', () => {
    const findings = [
      problem('groups', { subject: '1 (one)', accountId: '1' }, diagnosis),
      ok('ledger', { subject: 'x' }, 'y'),
    ];
    const nextFirings = [new Date('2026-11-27T22:55:00Z')];
    expect(JSON.parse(doctorJson(examination({ findings, nextFirings })))).toEqual({
      version: 1,
      checkedAt: '2026-11-24T10:00:00.000Z',
      counts: { problem: 1, warning: 0, unknown: 0, ok: 1 },
      findings: [
        { check: 'groups', status: 'problem', subject: '1 (one)', accountId: '1', ...diagnosis },
        { check: 'ledger', status: 'ok', subject: 'x', summary: 'y' },
      ],
      notCovered: [],
      schedule: { timezone: 'Europe/Berlin', nextSweeps: ['2026-11-27T22:55:00.000Z'] },
    });
  });
});
