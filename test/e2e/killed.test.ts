import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, vi } from 'vitest';

import type { StoredRun, StoredWrite } from '../../src/ledger/stored-run.ts';
import type { SandboxKey } from '../../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { hasTerminal, inTerminal, type Exchange } from '../support/terminal.ts';
import { it, statuses, type OpenWorkspace, type Workspace } from '../support/workspace.ts';
import { ADA, EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import type { Ended, Started } from '../support/keysweep-process.ts';

/**
 * The command as a process that is ended in mid-sweep: 12 accounts with 3 keys each, a few at a time, and a
 * sandbox that takes its time until the process is gone.
 */

const KEYS = 36;
const SLOW = 60;
const USERS = ['ada', 'bob', 'eve'].map((userName) => ({ ...ADA, userName }));

interface Stage extends Workspace {
  readonly latency: { milliseconds: number };
}

async function openStage(open: OpenWorkspace): Promise<Stage> {
  const latency = { milliseconds: SLOW };
  const workspace = await open({
    organization: organizationOf(12, () => USERS),
    config: { ...EVERY_KEY, concurrency: { accounts: 3, callsPerAccount: 2 } },
    sandbox: { latency },
  });
  return { ...workspace, latency };
}

describe.concurrent('a sweep that is killed', { timeout: 60_000 }, () => {
  it.for([
    ['after its first write', 1],
    ['half way', 17],
    ['in its last accounts', 30],
  ] as const)('%s tells what it did, and running again finishes it', async ([, writes], { open }) => {
    const stage = await openStage(open);
    const { sandbox } = stage;
    const { organization } = sandbox;
    await endAfter(writes, 'SIGKILL', stage.start('sweep --apply --yes'), sandbox);
    // The call in flight is carried out, and its response is lost.
    await sleep(3 * SLOW);
    stage.latency.milliseconds = 0;

    const changed = statuses(organization)['Inactive'] ?? 0;
    expect(changed).toBeGreaterThanOrEqual(writes);
    const killed = await stage.stored();
    expect(killed.summary).toBeUndefined();
    expect(untold(killed, organization)).toEqual([]);
    expect(claimed(killed, organization)).toEqual([]);
    const shown = await stage.run('show last');
    expect(shown).toMatchObject({ code: 1, stderr: '' });
    expect(shown.stdout).toContain(`sweep  ${killed.started.runId}`);
    expect(shown.stdout).toContain('INTERRUPTED. Run again');

    const second = await stage.run('sweep --apply --yes');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(statuses(organization)).toEqual({ Inactive: KEYS });
    expect((await stage.stored()).summary?.keys).toMatchObject({ deactivated: KEYS - changed, failed: 0 });
    const third = await stage.run('sweep --apply --yes');
    expect(third).toMatchObject({ code: 0, stderr: '' });
    expect((await stage.stored()).summary?.accounts).toEqual({ 'nothing-due': 12, 'out-of-scope': 1 });
    expect(sandbox.calls.writes()).toHaveLength(KEYS);
  });
});

describe.concurrent('a sweep that is asked to end', { timeout: 60_000 }, () => {
  it.for(['SIGINT', 'SIGTERM'] as const)(
    'by %s records what is in flight, leaves the rest and says so',
    async (signal, { open }) => {
      const stage = await openStage(open);
      const { organization } = stage.sandbox;
      const started = stage.start('sweep --apply --yes');
      const { code, stdout, stderr } = await endAfter(10, signal, started, stage.sandbox);
      expect(code).toBe(1);
      expect(stderr).toBe('Stopping after the current writes. Press Ctrl-C again to abandon them.\n');
      expect(stdout).toMatch(/INCOMPLETE: \d+ of 13 accounts not covered/);
      const run = await stage.stored();
      expect(untold(run, organization)).toEqual([]);
      expect(claimed(run, organization)).toEqual([]);
      const changed = statuses(organization)['Inactive'] ?? 0;
      expect(changed).toBeLessThan(KEYS);
      expect(run.summary).toMatchObject({
        verdict: 'incomplete',
        keys: { seen: KEYS, deactivated: changed },
      });
      expect([...run.accounts.values()].filter(({ finished }) => !finished)).toEqual([]);
      expect(run.summary?.accounts['not-reached']).toBeGreaterThan(0);
      expect(outcomesOf(run)).not.toContain('unconfirmed');
      expect(await newestLock(stage)).toMatchObject({ runId: run.started.runId, released: true });
    },
  );

  it.skipIf(!hasTerminal())('by closing its terminal ends as orderly', async ({ open }) => {
    const stage = await openStage(open);
    const { environment, sandbox, stored, latency } = stage;
    // However long it takes to close a terminal, the sweep is not over by then.
    const slower = untilWrites(1, sandbox).then(() => (latency.milliseconds = 500));
    // The bar is there before the first write, and tells the time left after the first account.
    const closing: readonly Exchange[] = [
      ['applying', ''],
      [' s left', null],
    ];
    await inTerminal('keysweep sweep --apply --yes', environment, closing);
    await slower;
    const { summary } = await vi.waitUntil(
      async () => {
        const run = await stored();
        return run.summary && run;
      },
      { timeout: 20_000, interval: 100 },
    );
    const changed = statuses(sandbox.organization)['Inactive'];
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { deactivated: changed, seen: KEYS } });
    expect(summary?.accounts['not-reached']).toBeGreaterThan(0);
  });

  it('by a second SIGINT gives up what is in flight, and the ledger calls it unconfirmed', async ({
    open,
  }) => {
    const stage = await openStage(open);
    const { sandbox } = stage;
    const started = stage.start('sweep --apply --yes');
    await untilWrites(1, sandbox);
    const write = { service: 'iam', call: 'UpdateAccessKey', occurrence: 'every' } as const;
    sandbox.faults.add({ ...write, kind: 'slow', milliseconds: 30_000 });
    // However slow the machine is: from then on a write is in flight that is not answered.
    while (sandbox.faults.fired === 0) await sleep(2);
    started.child.kill('SIGINT');
    await once(started.child.stderr!, 'data');
    const before = performance.now();
    started.child.kill('SIGINT');
    const { code, stdout } = await started.ended;
    expect(code).toBe(1);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(stdout).toContain('INCOMPLETE');
    const run = await stage.stored();
    expect(outcomesOf(run)).toContain('unconfirmed');
    expect(untold(run, sandbox.organization)).toEqual([]);
    expect(claimed(run, sandbox.organization)).toEqual([]);
  });
});

/** Sends the signal when the sandbox has written so often. */
async function endAfter(
  writes: number,
  signal: NodeJS.Signals,
  { child, ended }: Started,
  sandbox: Sandbox,
): Promise<Ended> {
  await untilWrites(writes, sandbox);
  child.kill(signal);
  return ended;
}

async function untilWrites(writes: number, { calls }: Sandbox): Promise<void> {
  while (calls.writes().length < writes) await sleep(2);
}

async function newestLock({ ledger }: Workspace): Promise<unknown> {
  const newest = (await ledger.list('locks/')).at(-1);
  return newest === undefined ? undefined : JSON.parse((await ledger.get(newest)) ?? '');
}

/** Keys that were changed although the ledger does not say that it was intended. */
function untold(run: StoredRun, organization: SandboxOrganization): string[] {
  return keysWithWrites(run, organization)
    .filter(({ key, write }) => key.status !== 'Active' && write?.intended === undefined)
    .map(({ key }) => key.accessKeyId);
}

/** Keys that the ledger calls deactivated and that are not. */
function claimed(run: StoredRun, organization: SandboxOrganization): string[] {
  return keysWithWrites(run, organization)
    .filter(({ key, write }) => write?.outcome === 'deactivated' && key.status !== 'Inactive')
    .map(({ key }) => key.accessKeyId);
}

function keysWithWrites(
  run: StoredRun,
  organization: SandboxOrganization,
): { readonly key: SandboxKey; readonly write: StoredWrite | undefined }[] {
  return organization.accounts.list().flatMap(({ id }) => {
    const writes = run.accounts.get(id)?.writes;
    return organization.keysOf(id).map((key) => ({ key, write: writes?.get(key.accessKeyId) }));
  });
}

function outcomesOf(run: StoredRun): string[] {
  return [...run.accounts.values()].flatMap(({ writes }) =>
    [...writes.values()].map(({ outcome }) => outcome),
  );
}
