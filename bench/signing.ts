import { randomUUID } from 'node:crypto';

import { openClients } from '../src/aws/clients.ts';
import { parseConfig } from '../src/config/load.ts';
import { deploymentNames, isDeployable } from '../src/deployment/names.ts';
import { openStore } from '../src/ledger/open-store.ts';
import { deadlineOn } from '../src/sweep/deadline.ts';
import { runSweep } from '../src/sweep/run.ts';
import { generateOrganization } from '../sandbox/generator/generate.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

/**
 * What signing costs a sweep with its ledger in S3, every response after 20 ms:
 *
 *     node --import tsx bench/signing.ts 200
 */
const accounts = Number(process.argv[2] ?? 200);
for (const isSigned of [false, true]) process.stdout.write(`${JSON.stringify(await measure(isSigned))}\n`);

async function measure(isSigned: boolean): Promise<object> {
  const { organization, config: input } = generateOrganization({ accounts });
  const deployment = {
    ...{ account: organization.managementAccount.id, organizationId: organization.id },
    ...{ region: 'us-east-1', name: `bench-${randomUUID().slice(0, 6)}` },
  };
  const config = parseConfig(
    JSON.stringify({ ...input, limits: { maxKeys: 10_000, maxShareOfKeys: 1 }, deployment }),
    'accounts.json',
  );
  if (!isDeployable(config)) throw new Error('no deployment');
  const { ledgerBucket, ledgerUrl, ledgerKeyAliasArn } = deploymentNames(config.deployment);
  organization.addBucket(ledgerBucket).versioning = 'Enabled';
  organization.addSigningKey(ledgerKeyAliasArn);
  const sandbox = await startSandbox({ organization, latency: { milliseconds: 20 } });
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 200 });
  clients.organizations.middlewareStack.remove('limitOrganizations');
  const never = new AbortController().signal;
  const begin = performance.now();
  const { verdict, keys } = await runSweep(
    { mode: 'sweep', filters: {} },
    {
      ...{ config, clients, store: openStore(ledgerUrl, clients, isSigned ? config : undefined) },
      deadline: deadlineOn(never, never),
      ...{ progress: () => undefined, now: () => new Date(), random: () => '000', host: 'bench' },
    },
  );
  const seconds = Math.round(performance.now() - begin) / 1000;
  const counts = sandbox.calls.counts();
  const ofLedger = Object.fromEntries(Object.entries(counts).filter(([call]) => /^(kms|s3):/.test(call)));
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  clients.close();
  await sandbox.close();
  return { isSigned, accounts, verdict, written: keys.deactivated + keys.deleted, seconds, all, ...ofLedger };
}
