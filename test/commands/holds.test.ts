import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { actionsOn } from '../../src/commands/action.ts';
import { addHolds } from '../../src/commands/program/holds.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { UsageError } from '../../src/commands/errors.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import { EMPTY_MEMORY, hold, readMemory, rememberInactive, writeMemory } from '../../src/ledger/memory.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { PLAIN } from '../../src/report/style.ts';
import { DAY, fromNow, now, SECOND } from '../support/clock.ts';
import { ADA, EVERY_KEY, keysOf, organizationOf } from '../support/sweeping.ts';
import { it as withWorkspace } from '../support/workspace.ts';

const ACCOUNT = '111122223333';
const FIRST = '100000000001';
const HELD = [
  { accessKeyId: 'AKIAADA', userName: 'ada' },
  { accessKeyId: 'AKIABOB', userName: 'bob' },
];
const UNDO = newRunId(now(), () => 'abc');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-holds-'));
  const inactive = rememberInactive(EMPTY_MEMORY, [{ accessKeyId: 'AKIAOLD', userName: 'old' }], UNDO, now());
  await writeMemory(openFolder(folder), ACCOUNT, {
    from: EMPTY_MEMORY,
    to: hold(inactive, HELD, fromNow(10 * DAY), UNDO),
  });
});
afterEach(() => rm(folder, { recursive: true }));

async function holds(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    say: () => undefined,
    style: PLAIN,
    messageStyle: PLAIN,
    progress: () => undefined,
    endProgress: () => undefined,
    interactive: false,
  };
  const program = new Command().exitOverride();
  addHolds(
    program,
    actionsOn(terminal, () => undefined),
  );
  await program.parseAsync(['holds', '--ledger', folder, '--region', 'us-east-1', ...args], { from: 'user' });
  return printed.join('\n');
}

describe('keysweep holds', () => {
  it('lists every key on hold, until when and by which undo', async () => {
    const text = await holds();
    expect(text).toMatch(new RegExp(`111122223333 +ada +AKIAADA .* 10 d +${UNDO}`));
    expect(text).toMatch(/AKIABOB/);
    expect(text).not.toMatch(/AKIAOLD/);
    expect(text).toMatch(/\n2 keys on hold$/);
  });

  it('lists holds that have ended, and counts them separately', async () => {
    const store = openFolder(folder);
    const from = await readMemory(store, ACCOUNT);
    const ended = [{ accessKeyId: 'AKIACLEO', userName: 'cleo' }];
    await writeMemory(store, ACCOUNT, { from, to: hold(from, ended, fromNow(-SECOND), UNDO) });
    const text = await holds();
    expect(text).toMatch(new RegExp(`cleo +AKIACLEO .* ended +${UNDO}`));
    expect(text).toMatch(/\n2 keys on hold, 1 hold ended$/);
  });

  it('shows that one of no undo does not count', async () => {
    const store = openFolder(folder);
    const from = await readMemory(store, ACCOUNT);
    const forged = { userName: 'eve', holdUntil: fromNow(9999 * DAY), heldByRun: '99991231T235959Z-ffffff' };
    await writeMemory(store, ACCOUNT, { from, to: { keys: new Map([...from.keys, ['AKIAEVE', forged]]) } });
    expect(await holds()).toMatch(/eve +AKIAEVE .* ended +99991231/);
  });

  it('lifts nothing if one of the keys is not on hold, or without a reason', async () => {
    const config = join(folder, 'accounts.json');
    await writeFile(config, JSON.stringify(EVERY_KEY));
    const reason = ['--config', config, '--reason', 'test'];
    await expect(holds('--lift', 'AKIAADA', 'AKIAOLD', ...reason)).rejects.toThrow('no hold on AKIAOLD');
    for (const none of [[], ['--reason', ' ']])
      await expect(holds('--lift', 'AKIAADA', '--config', config, ...none)).rejects.toThrow(UsageError);
    expect(await holds('--json')).toMatch(/AKIAADA/);
  });
});

describe('keysweep holds --lift', () => {
  withWorkspace('is a run that says who, when, why and which', async ({ open }) => {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
    const { run, ledger, stored } = await open({ organization });
    await run('sweep --apply --yes');
    await run('undo last --apply --all --reason test');
    const [ada, bob] = organization.keysOf(FIRST);
    const lifted = await run(`holds --lift ${ada?.accessKeyId} --reason OPS-7 --json`);
    expect(lifted).toMatchObject({ code: 0 });
    expect(lifted.stderr).toBe(
      `Lifted the hold on ${ada?.accessKeyId}. The next sweep may revoke what is not on hold.\n`,
    );
    expect(JSON.parse(lifted.stdout)).toMatchObject({ holds: [{ accessKeyId: bob?.accessKeyId }] });

    const { started, summary, accounts } = await stored();
    expect(started).toMatchObject({ mode: 'lift', reason: 'OPS-7' });
    expect(started.caller).toContain(':');
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 1 }, problems: [] });
    expect([...(accounts.get(FIRST)?.writes.values() ?? [])]).toMatchObject([
      { accessKeyId: ada?.accessKeyId, userName: 'ada', outcome: 'hold-lifted' },
    ]);
    expect((await run('show')).stdout).toMatch(/lift {2}.*\n.*\nby .*: OPS-7\n[^]*hold-lifted/);
    expect((await run('runs')).stdout).toMatch(/lift +ok .* OPS-7/);
    expect(await ledger.get(`runs/${started.runId}/report.html`)).toContain('OPS-7');

    await run('sweep --apply --yes');
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active']);
  });
});
