import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { generateOrganization } from '../../../sandbox/generator/generate.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { now } from '../../support/clock.ts';
import type { Ended } from '../../support/keysweep-process.ts';
import { typeCommand } from '../../support/type-command.ts';

/**
 * What `keysweep demo --keep` of f78a5d0 left, without the pages: a plan, two sweeps, an undo with 26 holds.
 * It has no chain of records and no signatures, which came later.
 */
const WRITTEN = join(import.meta.dirname, 'written-by-0.1.tar.gz');
const WRITTEN_AT = new Date('2026-11-30T16:02:05Z');

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-upgrade-'));
  await promisify(execFile)('tar', ['--extract', '--gzip', '--file', WRITTEN, '--directory', folder]);
  const { organization } = generateOrganization({ accounts: 40, troubles: 'some' });
  sandbox = await startSandbox({ organization });
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function keysweep(line: string): Promise<Ended> {
  return typeCommand([...line.split(' '), '--ledger', 'ledger'], sandbox.environment(), folder);
}

// A clock before that, which only tests have, makes them runs of the future.
describe.skipIf(now() < WRITTEN_AT)('a ledger that 0.1 wrote', () => {
  it.each([
    ['runs', 0, '4 runs'],
    ['show last', 0, 'Undo: 26 reactivated, every account covered.'],
    ['show last-sweep', 1, '3 accounts not covered'],
    ['show last-plan', 1, '53 due'],
    ['show 20261130T160153Z-26dbcc --json', 1, '"deactivated": 26'],
    ['report last-sweep --csv -', 0, 'nothing-due'],
    ['report --html page.html', 0, ''],
    ['report --site site', 0, ''],
    ['diff 20261130T160153Z-26dbcc 20261130T160200Z-2589d1', 0, ''],
    ['verify --all', 0, 'OK: 4 runs checked.'],
    ['holds', 0, ''],
    ['undo 20261130T160153Z-26dbcc --config accounts.json', 0, ''],
    ['doctor --config accounts.json', 1, ''],
  ])('is read by %s', async (line, code, text) => {
    const ended = await keysweep(line);
    expect(ended).toMatchObject({ code });
    expect(ended.stdout + ended.stderr).toContain(text);
  });

  it('is continued by a sweep, which keeps what the undo holds', async () => {
    // The longer ago it was written, the more keys are due, and the more opt-outs have ended.
    const limits = { maxGrowth: 1000, maxGrowthPerAccount: 1000, maxShareOfKeys: 1 };
    const config = JSON.parse(await readFile(join(folder, 'accounts.json'), 'utf8')) as object;
    await writeFile(join(folder, 'limits.json'), JSON.stringify({ ...config, limits }));
    const swept = await keysweep('sweep --apply --yes --json --config limits.json');
    const { run, accounts } = JSON.parse(swept.stdout) as SweptRun;
    expect({ code: swept.code, mode: run.mode }).toEqual({ code: 1, mode: 'sweep' });
    const held = accounts
      .flatMap(({ decisions = [] }) => decisions)
      .filter(({ reason }) => reason === 'on-hold');
    const inHold = now().getTime() < WRITTEN_AT.getTime() + 30 * 24 * 60 * 60 * 1000;
    expect(held.length).toBe(inHold ? 26 : 0);
    expect(await keysweep('verify --all')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('OK: 5 runs checked.') as string,
    });
    expect((await keysweep('diff')).stdout).toContain('20261130T160200Z-2589d1');
  });
});

interface SweptRun {
  readonly run: { readonly mode: string };
  readonly accounts: readonly { readonly decisions?: readonly { readonly reason: string }[] }[];
}
