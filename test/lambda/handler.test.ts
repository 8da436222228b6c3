import { describe, expect } from 'vitest';

import type { Sandbox } from '../../sandbox/sandbox.ts';
import { fromNow, MINUTE } from '../support/clock.ts';
import { EVERY_KEY, keysOf, organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { errorOf, it, LOG_STREAM, summaryOf } from './rotator.ts';

const FIRST = '100000000001';
const SECOND = '100000000002';
const RUN_ID = '20261127T225500Z-1a2b3c';

const SCHEDULED = { mode: 'sweep' };

const keysWritten = ({ calls }: Sandbox) =>
  calls
    .writes()
    .filter(({ service }) => service === 'iam')
    .map(({ account }) => account);
const allKeys = ({ organization }: Sandbox) =>
  organization.accounts.list().flatMap(({ id }) => keysOf(organization, id));

describe.concurrent('the Lambda', () => {
  it('plans, sweeps, and finds nothing left to do, in one process', async ({ start }) => {
    const { invoke, sandbox, stored, store } = await start();
    const plan = summaryOf(await invoke({ mode: 'plan' }));
    expect(plan).toMatchObject({ mode: 'plan', verdict: 'ok', accounts: { planned: 3 }, keys: { due: 3 } });
    expect(keysWritten(sandbox)).toEqual([]);

    const sweep = summaryOf(await invoke(SCHEDULED));
    expect(sweep).toMatchObject({
      mode: 'sweep',
      verdict: 'ok',
      accountsListed: 4,
      accounts: { swept: 3, 'out-of-scope': 1 },
      keys: { deactivated: 3, failed: 0 },
    });
    expect(allKeys(sandbox)).toEqual(['ada Inactive', 'ada Inactive', 'ada Inactive']);

    const again = summaryOf(await invoke(SCHEDULED));
    expect(again).toMatchObject({ verdict: 'ok', accounts: { 'nothing-due': 3 } });
    for (const summary of [plan, sweep, again])
      expect((await stored(summary.runId)).summary).toEqual(summary);
    expect((await stored(sweep.runId)).started.caller).toContain(':assumed-role/keysweep-rotator/');
    expect(await store.listFolders('runs/')).toHaveLength(3);
  });

  it('stores a report page that a browser displays beside the summary', async ({ start }) => {
    const { invoke, store, sandbox } = await start();
    const { runId } = summaryOf(await invoke(SCHEDULED));
    expect(await store.get(`runs/${runId}/report.html`)).toContain(
      `<title>keysweep sweep ${runId}: ok</title>`,
    );
    const { objects } = sandbox.organization.buckets.get('keysweep-ledger')!;
    expect(objects.get(`organization/runs/${runId}/report.html`)?.contentType).toBe(
      'text/html; charset=utf-8',
    );
  });

  it('stores an index of all runs if report.site says so, and only then', async ({ start }) => {
    const without = await start();
    await without.invoke(SCHEDULED);
    expect(await without.store.get('index.html')).toBeUndefined();
    const { invoke, store } = await start({ config: { ...EVERY_KEY, report: { site: true } } });
    const ids = [summaryOf(await invoke(SCHEDULED)).runId, summaryOf(await invoke(SCHEDULED)).runId];
    const index = await store.get('index.html');
    for (const runId of ids) expect(index).toContain(`href="runs/${runId}/report.html"`);
    expect(index).toContain('Active keys after each sweep');
  });

  it('logs a page that cannot be stored, and ends normally', async ({ start }) => {
    const config = { ...EVERY_KEY, report: { site: true } };
    const { invoke, sandbox, store, end } = await start({ config });
    const page = { 'content-type': 'text/html; charset=utf-8' };
    sandbox.faults.add({
      service: 's3',
      call: 'PutObject',
      where: page,
      occurrence: 'every',
      kind: 'denied',
    });
    const { runId, verdict } = summaryOf(await invoke(SCHEDULED));
    expect(verdict).toBe('ok');
    expect(await store.get(`runs/${runId}/summary.json`)).toBeDefined();
    expect(await store.get(`runs/${runId}/report.html`)).toBeUndefined();
    const { stdout, stderr } = await end();
    expect(stdout + stderr).toContain('the report page was not stored');
    expect(stdout + stderr).toContain('the index of all runs was not stored');
  });

  it('sweeps only the accounts that the event names', async ({ start }) => {
    const { invoke, sandbox } = await start();
    const summary = summaryOf(await invoke({ ...SCHEDULED, accounts: [SECOND] }));
    expect(summary).toMatchObject({
      filtered: true,
      verdict: 'ok',
      accounts: { swept: 1, 'out-of-scope': 3 },
    });
    expect(keysWritten(sandbox)).toEqual([SECOND]);
    const entered = sandbox.calls.of('sts', 'AssumeRole').map(({ account }) => account);
    expect(new Set(entered)).toEqual(new Set([SECOND]));
  });

  it('rejects an invalid event, says what is wrong, and does nothing', async ({ start }) => {
    const { invoke, sandbox } = await start();
    const wrong: [unknown, RegExp][] = [
      [{}, /mode: expected one of "plan", "sweep", "notice", "watchdog", "inventory"/],
      [{ mode: 'sweep', accounts: [FIRST, '12'] }, /accounts\[1\]: expected an AWS account ID of 12 digits/],
      [{ mode: 'sweep', account: [FIRST] }, /expected no account$/],
      [{ mode: 'sweep', runId: RUN_ID }, /expected no runId$/],
      [{ mode: 'sweep', scheduledTime: '2099-12-31T23:59:59Z' }, /scheduledTime is 2099/],
      ['sweep', /expected settings in braces/],
    ];
    for (const [event, problem] of wrong) {
      const error = errorOf(await invoke(event));
      expect(error?.errorType).toBe('InvalidEventError');
      expect(error?.errorMessage).toMatch(problem);
    }
    expect(sandbox.calls.all).toEqual([]);
  });

  it('fails when the run is not ok, and records what was done', async ({ start }) => {
    const organization = organizationOf(3);
    removeRotationRole(organization, SECOND);
    const { invoke, sandbox, store, stored } = await start({ organization });
    const error = errorOf(await invoke(SCHEDULED));
    const [runId = ''] = await store.listFolders('runs/');
    expect(error?.errorType).toBe('RunNotOkError');
    expect(error?.errorMessage).toContain(`run ${runId} is incomplete`);
    expect(error?.errorMessage).toContain('"cannot-assume":1');
    expect(allKeys(sandbox)).toEqual(['ada Inactive', 'ada Active', 'ada Inactive']);
    const { accounts, summary } = await stored(runId);
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { deactivated: 2 } });
    expect(accounts.get(SECOND)?.finished?.outcome).toBe('cannot-assume');
    expect(JSON.parse((await store.get(`runs/${runId}/summary.json`)) ?? '')).toEqual(summary);
  });

  it('fails when a limit stops the run, names it, and revokes nothing', async ({ start }) => {
    const { invoke, sandbox } = await start({ config: { ...EVERY_KEY, limits: { maxKeys: 2 } } });
    const error = errorOf(await invoke(SCHEDULED));
    expect(error?.errorType).toBe('RunNotOkError');
    expect(error?.errorMessage).toContain('is stopped');
    expect(error?.errorMessage).toContain('This sweep would revoke 3 keys; limits.maxKeys allows 2.');
    expect(keysWritten(sandbox)).toEqual([]);
  });

  it('fails when a configured group exists nowhere, and names it', async ({ start }) => {
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, groups: ['Developers', 'Admins'] } };
    const { invoke } = await start({ config });
    const error = errorOf(await invoke({ mode: 'plan' }));
    expect(error?.errorType).toBe('RunNotOkError');
    expect(error?.errorMessage).toContain('Admins');
  });

  it('does nothing when the event names an unknown account', async ({ start }) => {
    const { invoke, sandbox } = await start();
    const error = errorOf(await invoke({ ...SCHEDULED, accounts: [FIRST, '100000000099'] }));
    expect(error?.errorType).toBe('ConfigError');
    expect(error?.errorMessage).toContain('100000000099');
    expect(sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it('calls no AWS API with an invalid accounts.json', async ({ start }) => {
    const { invoke, sandbox } = await start({ config: { optOutTag: 'x', defaults: { groups: [] } } });
    const error = errorOf(await invoke(SCHEDULED));
    expect(error?.errorType).toBe('ConfigError');
    expect(error?.errorMessage).toMatch(/accounts\.json: \d problems?\n[\s\S]*defaults\.groups/);
    expect(sandbox.calls.all).toEqual([]);
  });

  it.for([
    ['KEYSWEEP_LEDGER', '', 'The environment variable KEYSWEEP_LEDGER is not set'],
    ['KEYSWEEP_LEDGER', 's3://another-bucket/', 'NoSuchBucket'],
    ['KEYSWEEP_CONFIG', '/var/task/nowhere.json', '/var/task/nowhere.json'],
  ] as const)('touches no account with %s=%s', async ([name, value, problem], { start }) => {
    const { invoke, sandbox } = await start({ environment: { [name]: value } });
    expect(errorOf(await invoke(SCHEDULED))?.errorMessage).toContain(problem);
    expect(sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it.for([
    // Lambda processes share a few pids, and cannot see each other.
    { host: 'another log stream', refused: true },
    { host: LOG_STREAM, refused: false },
  ])(
    'handles the lock of a run that died on $host: refused = $refused',
    async ({ host, refused }, { start }) => {
      const { invoke, sandbox, store } = await start();
      const heldUntil = fromNow(4 * MINUTE).toISOString();
      const lock = { runId: RUN_ID, host, pid: 2 ** 22 + 1, heldUntil, released: false };
      await store.put('locks/00000001.json', JSON.stringify(lock));
      const invoked = await invoke(SCHEDULED);
      expect(errorOf(invoked)?.errorType).toBe(refused ? 'LockHeldError' : undefined);
      expect(keysWritten(sandbox)).toHaveLength(refused ? 0 : 3);
    },
  );
});
