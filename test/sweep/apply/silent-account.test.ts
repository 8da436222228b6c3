import { describe, expect, it, onTestFinished } from 'vitest';

import { openClients } from '../../../src/aws/clients.ts';
import type { Fault } from '../../../sandbox/faults/faults.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, outcomes } from '../../support/sweeping.ts';

const [FIRST, SILENT, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;
const QUICK = { connectionMilliseconds: 1_000, responseMilliseconds: 300, attempts: { shared: 9, iam: 7 } };

/** A sweep of three accounts, of which AWS leaves some calls in one unanswered. */
async function sweep(users: number, ...faults: Omit<Fault, 'service' | 'account' | 'kind'>[]) {
  const people = Array.from({ length: users }, (_, index) => ({ ...ADA, userName: `user-${index}` }));
  const organization = organizationOf(3, () => people);
  const config = { ...EVERY_KEY, concurrency: { callsPerAccount: 2 } };
  const { run, sandbox } = await onSandbox({ organization, config });
  for (const fault of faults)
    sandbox.faults.add({ service: 'iam', account: SILENT, kind: 'timeout', occurrence: 'every', ...fault });
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 64, retries: QUICK });
  onTestFinished(() => clients.close());
  const started = performance.now();
  const { summary, run: stored } = await run({}, { clients });
  const waits = (performance.now() - started) / QUICK.responseMilliseconds;
  const silent = stored.accounts.get(SILENT);
  return { organization, sandbox, summary, stored, silent, waits };
}

describe('an account in which AWS does not answer', () => {
  it('fails when it is read, and the others are swept', async () => {
    const { organization, sandbox, stored, silent } = await sweep(12, { call: 'ListAccessKeys' });
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'swept', [SILENT]: 'failed', [THIRD]: 'swept' });
    expect(silent?.finished?.reason).toMatch(/iam:ListAccessKeys: TimeoutError: no response within 0\.3 s/);
    const asked = sandbox.calls.of('iam', 'ListAccessKeys').filter(({ account }) => account === SILENT);
    // Two at a time, three times each; those of the other ten users are not sent.
    expect(asked).toHaveLength(6);
    expect(new Set(keysOf(organization, SILENT).map((key) => key.split(' ')[1]))).toEqual(
      new Set(['Active']),
    );
  });

  it('has keys that may have changed, and keys that were not written to', async () => {
    const { sandbox, silent, summary } = await sweep(6, { call: 'UpdateAccessKey' });
    const sent = sandbox.calls.of('iam', 'UpdateAccessKey').filter(({ account }) => account === SILENT);
    expect(sent).toHaveLength(6);
    const results = [...(silent?.writes.values() ?? [])].map(({ outcome }) => outcome).sort();
    expect(results).toEqual(['failed', 'failed', 'failed', 'failed', 'unconfirmed', 'unconfirmed']);
    expect(summary.verdict).toBe('incomplete');
  });
});
