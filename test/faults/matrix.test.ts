import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Fault, IncomingCall } from '../../sandbox/faults/faults.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { sweepWith, type Outcome } from './cell.ts';
import type { Harm } from './harm.ts';
import { judgeCell } from './judge.ts';
import { CELLS, startFaultSandbox } from './matrix.ts';
import { CALLS, cellsOn, nameOfCell, PAGE_FILE } from './page.ts';
import { metAt, placeOf } from './places.ts';
import type { Site } from './site.ts';
import { SITES } from './sites.ts';
import { DUE } from './world.ts';

const NO_HARM: Harm = { name: 'none', faults: () => [], heals: () => true, at: () => true };

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startFaultSandbox();
});
afterEach(() => sandbox.close());

const somePut = (): Site => {
  const site = SITES.find(({ call }) => call === 'PutObject');
  if (!site) throw new Error('no put');
  return site;
};

/**
 * The calls of a sweep that is left alone, but for faults without which it would not come to some of them.
 */
async function callsOf(after: readonly Fault[]): Promise<readonly IncomingCall[]> {
  const calls: IncomingCall[] = [];
  sandbox.reset();
  const match = sandbox.faults.match.bind(sandbox.faults);
  const spy = vi.spyOn(sandbox.faults, 'match').mockImplementation((call) => {
    calls.push(call);
    return match(call);
  });
  await sweepWith(sandbox, { site: { ...somePut(), after }, harm: NO_HARM });
  spy.mockRestore();
  return calls;
}

describe('the matrix', () => {
  it('has every call of a sweep by what it is there for, and no other', async () => {
    const detours = new Set(SITES.map(({ after }) => after));
    const [seen, struck] = [new Set<string>(), new Set<string>()];
    for (const after of detours) {
      const calls = await callsOf(after);
      for (const call of calls) seen.add(placeOf(call));
      for (const site of SITES.filter((one) => one.after === after)) {
        const met = metAt(site, calls);
        struck.add(met ? placeOf(met) : `${site.call}, ${site.position}: no such call`);
      }
    }
    expect([...struck].sort()).toEqual([...seen].sort());
  });

  it('begins with a sweep that does all there is to do', async () => {
    const { keys, exitCode } = await sweepWith(sandbox, { site: somePut(), harm: NO_HARM });
    expect(exitCode).toBe(0);
    expect(keys.filter(({ before, after }) => before !== after).map(({ key }) => key)).toEqual(DUE);
    expect(keys.length).toBeGreaterThan(DUE.length);
  });

  it('is on the page with every cell, counted, and no wrong write', async () => {
    const page = await readFile(PAGE_FILE, 'utf8');
    const onPage = CALLS.flatMap((call) => [...cellsOn(page, call).keys()].map((name) => `${call}, ${name}`));
    const cells = CELLS.map((cell) => `${cell.site.service}:${cell.site.call}, ${nameOfCell(cell)}`);
    expect(onPage.sort()).toEqual(cells.sort());
    expect(page).toMatch(new RegExp(`## Counts\\n\\n${CELLS.length} cells, .*Wrong writes: 0\\.\\n$`, 's'));
  });
});

describe('the judge', () => {
  const site = SITES.find(({ call, position }) => call === 'GetGroup' && position === 'first');
  const harm = CELLS.find((cell) => cell.site === site && cell.harm.name === 'throttled, always')?.harm;
  if (!site || !harm) throw new Error('the cell is gone');

  const judged = async (change: (outcome: Outcome) => Outcome) =>
    judgeCell({ site, harm }, change(await sweepWith(sandbox, { site, harm })));

  it('finds nothing wrong with a sweep that is right', async () => {
    expect(await judged((outcome) => outcome)).toMatchObject({ wrong: [], broken: [] });
  });

  it.each<[string, (outcome: Outcome) => Outcome, RegExp]>([
    ['a write that nothing allows', withKey('100000000001/ada', 'Inactive'), /100000000001\/ada: Active/],
    [
      'a write to somebody who is exempt',
      withKey('100000000001/cleo', 'Inactive'),
      /cleo: Active → Inactive/,
    ],
    ['a key left that was due', withKey('100000000002/ada', 'Active'), /100000000002\/ada was not written/],
    ['another write than was meant', withKey('100000000002/ada', 'gone'), /ada: Active → gone/],
    ['a ledger that lies', withKey('100000000003/bob', 'Inactive'), /the ledger says deleted/],
    ['a key that the ledger does not know', (o) => ({ ...o, stored: undefined }), /without an intent/],
    [
      'silence about what is left',
      (o) => ({ ...o, exitCode: 0 }),
      /exit code 0 and 100000000001\/ada is left/,
    ],
    ['a fault that never struck', (o) => ({ ...o, struck: 0 }), /never struck/],
  ])('finds %s', async (_, change, finding) => {
    const { wrong, broken } = await judged(change);
    expect([...wrong, ...broken].join('\n')).toMatch(finding);
  });
});

/** The outcome with that key ended so. */
function withKey(name: string, after: string): (outcome: Outcome) => Outcome {
  return (outcome) => ({
    ...outcome,
    keys: outcome.keys.map((key) => (key.key === name ? { ...key, after } : key)),
  });
}
