import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { actionsOn } from '../../src/commands/action.ts';
import { addHolds } from '../../src/commands/holds.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { UsageError } from '../../src/commands/errors.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import { EMPTY_MEMORY, hold, readMemory, rememberInactive, writeMemory } from '../../src/ledger/memory.ts';
import { PLAIN } from '../../src/report/style.ts';
import { DAY, fromNow, now, SECOND } from '../support/clock.ts';

const ACCOUNT = '111122223333';
const ADA = { accessKeyId: 'AKIAADA', userName: 'ada' };
const BOB = { accessKeyId: 'AKIABOB', userName: 'bob' };
const UNDO = '20261127T225500Z-1a2b3c';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-holds-'));
  const inactive = rememberInactive(EMPTY_MEMORY, [{ accessKeyId: 'AKIAOLD', userName: 'old' }], UNDO, now());
  await writeMemory(openFolder(folder), ACCOUNT, {
    from: EMPTY_MEMORY,
    to: hold(inactive, [ADA, BOB], fromNow(10 * DAY), UNDO),
  });
});
afterEach(() => rm(folder, { recursive: true }));

async function holds(...args: string[]): Promise<string> {
  return (await printedAndSaid(...args)).printed;
}

async function printedAndSaid(...args: string[]): Promise<{ printed: string; said: string }> {
  const printed: string[] = [];
  const said: string[] = [];
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
    style: PLAIN,
    progress: () => undefined,
    interactive: false,
  };
  const program = new Command().exitOverride();
  addHolds(
    program,
    actionsOn(terminal, () => undefined),
  );
  await program.parseAsync(['holds', '--ledger', folder, '--region', 'us-east-1', ...args], { from: 'user' });
  return { printed: printed.join('\n'), said: said.join('\n') };
}

describe('keysweep holds', () => {
  it('lists every key on hold, until when and by which undo', async () => {
    const text = await holds();
    expect(text).toMatch(/111122223333 +ada +AKIAADA .* 10 d +20261127T225500Z-1a2b3c/);
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
    expect(text).toMatch(/cleo +AKIACLEO .* ended +20261127T225500Z-1a2b3c/);
    expect(text).toMatch(/\n2 keys on hold, 1 hold ended$/);
  });

  it('lifts only the named holds', async () => {
    expect(await holds('--lift', 'AKIAADA')).not.toMatch(/AKIAADA/);
    const { keys } = await readMemory(openFolder(folder), ACCOUNT);
    expect(keys.get('AKIAADA')?.holdUntil).toBeUndefined();
    expect(keys.get('AKIABOB')?.holdUntil).toBeDefined();
    expect(keys.get('AKIAOLD')?.inactiveSince).toBeDefined();
  });

  it('says what it lifted on stderr', async () => {
    expect((await printedAndSaid()).said).toBe('');
    const { printed, said } = await printedAndSaid('--lift', 'AKIAADA', '--json');
    expect(said).toBe('Lifted the hold on AKIAADA. The next sweep may revoke what is not on hold.');
    expect(JSON.parse(printed)).toMatchObject({ holds: [{}] });
  });

  it('lifts nothing if one of the keys is not on hold', async () => {
    await expect(holds('--lift', 'AKIAADA', 'AKIAOLD')).rejects.toThrow(UsageError);
    expect(await holds('--json')).toMatch(/AKIAADA/);
  });
});
