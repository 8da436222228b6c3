import { describe, expect, onTestFinished, test } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { NoticeResult, Notifier } from '../../src/publish/notify.ts';
import { importFindings } from '../../src/rotator/import-findings.ts';
import type { Rotator } from '../../src/rotator/rotator.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { buildRun, key } from '../support/build-run.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { memoryStore } from '../support/memory-store.ts';

const ID = '100000000001';
const ENDED = new Date('2026-11-27T23:00:00Z');

const runOf = (keys: number, mode: 'sweep' | 'plan' = 'sweep'): Promise<StoredRun> =>
  buildRun({
    accounts: [{ id: ID, plan: { decisions: Array.from({ length: keys }, (_, n) => key(`AKIA${n}`)) } }],
    started: { mode },
  });

interface Setting {
  readonly faults?: readonly Fault[];
  readonly securityHub?: boolean;
  /** Of the deployment; default: that of the caller. */
  readonly account?: string;
  readonly signal?: AbortSignal;
}

/** Imports into the Security Hub of a sandbox. */
async function importOf(
  run: StoredRun,
  { faults = [], securityHub = true, account, signal }: Setting = {},
): Promise<{ sandbox: Sandbox; results: readonly NoticeResult[] }> {
  const sandbox = await startSandbox({ faults });
  const { url: endpoint, credentials, region } = sandbox;
  const attempts = { shared: 1, iam: 1 };
  const retries = { connectionMilliseconds: 1000, responseMilliseconds: 5000, attempts };
  const clients = openClients({ endpoint, region, credentials, sockets: 8, retries });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  const deployment = { account: account ?? sandbox.organization.managementAccount.id };
  const config = deployableConfig({ config: { report: { securityHub } }, deployment });
  const rotator: Pick<Rotator, 'config' | 'clients' | 'store'> = { config, clients, store: memoryStore() };
  const notifier: Pick<Notifier, 'signal' | 'now'> = {
    signal: signal ?? new AbortController().signal,
    now: () => ENDED,
  };
  return { sandbox, results: await importFindings(run, rotator, notifier) };
}

const imports = ({ calls }: Sandbox) => calls.all.filter(({ service }) => service === 'securityhub');
const IMPORTED = { type: 'notice-sent', at: ENDED.toISOString(), channel: 'security-hub', label: 'findings' };
const failed = (label: string, count: number, code: string) => ({
  ...{ type: 'notice-failed', at: ENDED.toISOString(), channel: 'security-hub', label, count },
  failure: expect.objectContaining({ call: 'securityhub:BatchImportFindings', code }) as unknown,
});

describe('importFindings', () => {
  test('imports a hundred findings a call, in the Region of the deployment', async () => {
    const { sandbox, results } = await importOf(await runOf(230));
    expect(results).toEqual([{ ...IMPORTED, count: 230 }]);
    expect(imports(sandbox).map(({ call }) => call)).toEqual(
      Array.from({ length: 3 }, () => 'BatchImportFindings'),
    );
    const { findings } = sandbox.organization;
    expect(findings.size).toBe(230);
    expect(findings.get(`keysweep/${ID}/AKIA229/over-age`)).toMatchObject({
      RecordState: 'ACTIVE',
      ProductArn: expect.stringContaining(':eu-central-1:') as unknown,
    });
  });

  test.each<[string, number, 'sweep' | 'plan', Setting]>([
    ['unless report.securityHub is true', 1, 'sweep', { securityHub: false }],
    ['after a plan', 1, 'plan', {}],
    ['without findings', 0, 'sweep', {}],
  ])('calls nothing %s', async (_, keys, mode, setting) => {
    const { sandbox, results } = await importOf(await runOf(keys, mode), setting);
    expect(results).toEqual([]);
    expect(imports(sandbox)).toEqual([]);
  });

  test('counts the findings of a call that failed, and makes the other calls', async () => {
    const fault: Fault = { service: 'securityhub', kind: 'denied', occurrence: 2 };
    const { results } = await importOf(await runOf(230), { faults: [fault] });
    expect(results).toEqual([{ ...IMPORTED, count: 130 }, failed('findings', 100, 'AccessDeniedException')]);
  });

  test('names findings that Security Hub rejects, and no more than twenty', async () => {
    const { sandbox, results } = await importOf(await runOf(23), { account: '123456789012' });
    expect(sandbox.organization.findings.size).toBe(0);
    expect(results).toEqual([
      ...Array.from({ length: 20 }, (_, n) => failed(`keysweep/${ID}/AKIA${n}/over-age`, 1, 'InvalidInput')),
      failed('findings', 3, 'InvalidInput'),
    ]);
  });

  test('names no other finding than the rejected one', async () => {
    const decisions = [key('AKIA1'), key('A'.repeat(600)), key('AKIA3')];
    const { results } = await importOf(await buildRun({ accounts: [{ id: ID, plan: { decisions } }] }));
    expect(results).toEqual([
      { ...IMPORTED, count: 2 },
      failed(`keysweep/${ID}/${'A'.repeat(600)}/over-age`, 1, 'InvalidInput'),
    ]);
  });

  test('sends nothing when the run is out of time', async () => {
    const { sandbox, results } = await importOf(await runOf(2), { signal: AbortSignal.abort() });
    expect(results).toEqual([failed('findings', 1, 'Deadline')]);
    expect(imports(sandbox)).toEqual([]);
  });
});
