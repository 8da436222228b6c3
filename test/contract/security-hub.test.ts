import { GetFindingsCommand, SecurityHubClient, type AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { importFindings } from '../../src/rotator/import-findings.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { buildRecords, key } from '../support/build-run.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { memoryStore } from '../support/memory-store.ts';

const ID = '100000000001';
/** Moto's own. */
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

describe.skipIf((await pythonEnvironment()) === undefined)('findings in the Security Hub of moto', () => {
  let moto: Moto | undefined;
  let clients: Clients;
  beforeAll(async () => {
    moto = await borrowMoto();
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    clients = openClients({ endpoint: moto?.url, region: REGION, credentials, sockets: 4 });
  });
  afterAll(async () => {
    clients.close();
    await moto?.close();
  });

  async function inSecurityHub(): Promise<AwsSecurityFinding[]> {
    const client = clients.securityHub(SecurityHubClient, REGION);
    const { Findings: findings = [] } = await client.send(new GetFindingsCommand({ MaxResults: 100 }));
    return findings.toSorted((a, b) => ((a.Id ?? '') < (b.Id ?? '') ? -1 : 1));
  }

  it('are there after a sweep, and archived after the one that finds the key gone', async () => {
    const deployment = { account: ACCOUNT, region: REGION };
    const config = deployableConfig({ config: { report: { securityHub: true } }, deployment });
    const store = memoryStore();
    const sweepWith = async (day: number, ...keys: string[]) => {
      const runId = `202611${day}T225500Z-000001`;
      const finishedAt = `2026-11-${day}T23:00:00.000Z`;
      const accounts = [{ id: ID, plan: { decisions: keys.map((name) => key(name)) } }];
      await openRunLog(store, runId).append(
        buildRecords({ accounts, started: { runId }, summary: { runId, finishedAt } }),
      );
      const notifier = { signal: new AbortController().signal, now: () => new Date(finishedAt) };
      return importFindings(await readRun(store, runId), { config, clients, store }, notifier);
    };
    expect(await sweepWith(20, 'AKIA1', 'AKIA2')).toMatchObject([{ type: 'notice-sent', count: 2 }]);
    expect(await inSecurityHub()).toMatchObject([
      { Id: `keysweep/${ID}/AKIA1/over-age`, RecordState: 'ACTIVE', UpdatedAt: '2026-11-20T23:00:00.000Z' },
      { Id: `keysweep/${ID}/AKIA2/over-age`, RecordState: 'ACTIVE' },
    ]);
    expect(await sweepWith(27, 'AKIA2')).toMatchObject([{ type: 'notice-sent', count: 2 }]);
    expect(await inSecurityHub()).toMatchObject([
      { RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' }, UpdatedAt: '2026-11-27T23:00:00.000Z' },
      {
        RecordState: 'ACTIVE',
        Compliance: { Status: 'FAILED' },
        Resources: [{ Details: { AwsIamAccessKey: { AccessKeyId: 'AKIA2', AccountId: ID } } }],
      },
    ]);
  });
});
