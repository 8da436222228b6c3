import { describe, expect } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { EVERY_KEY } from '../support/sweeping.ts';
import { it, summaryOf } from './rotator.ts';

const FIRST = '100000000001';

/** The keys of the first account stay. */
const IMPORTING: ConfigInput = {
  ...EVERY_KEY,
  overrides: [{ accounts: [FIRST], armed: false }],
  deployment: { account: '999999999999', organizationId: 'o-exampleorgid', region: 'us-east-1' },
};

describe.concurrent('the findings of the Lambda in Security Hub', () => {
  it('are of keys that a sweep left, and archived by the sweep that finds them gone', async ({ start }) => {
    const config = { ...IMPORTING, report: { securityHub: true } };
    const { invoke, sandbox, stored, store } = await start({ config });
    const { organization } = sandbox;
    const states = () => [...organization.findings.values()].map(({ RecordState }) => RecordState);
    await invoke({ mode: 'plan' });
    expect(states()).toEqual([]);

    const { runId } = summaryOf(await invoke({ mode: 'sweep' }));
    expect(states()).toEqual(['ACTIVE']);
    const [user] = organization.account(FIRST).users.list();
    expect([...organization.findings.keys()]).toEqual([
      `keysweep/${FIRST}/${user?.keys[0]?.accessKeyId}/over-age`,
    ]);
    const { notices } = await stored(runId);
    expect(notices.filter(({ channel }) => channel === 'security-hub')).toMatchObject([
      { type: 'notice-sent', label: 'findings', count: 1 },
    ]);
    expect(await store.get(`runs/${runId}/report.html`)).toContain('Security Hub  1 sent');

    user?.keys.splice(0);
    await invoke({ mode: 'sweep' });
    expect(states()).toEqual(['ARCHIVED']);
  });

  it('change nothing in a sweep when they are denied', async ({ start }) => {
    const config = { ...IMPORTING, report: { securityHub: true } };
    const { invoke, sandbox, stored } = await start({ config });
    sandbox.faults.add({ service: 'securityhub', kind: 'denied', occurrence: 'every' });
    const summary = summaryOf(await invoke({ mode: 'sweep' }));
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deactivated: 2, failed: 0 }, warnings: [] });
    const { notices } = await stored(summary.runId);
    expect(notices.filter(({ type }) => type === 'notice-failed')).toMatchObject([
      { channel: 'security-hub', count: 1, failure: { kind: 'denied', code: 'AccessDeniedException' } },
    ]);
  });

  it('are none where report.securityHub does not say so', async ({ start }) => {
    const { invoke, sandbox } = await start({ config: IMPORTING });
    await invoke({ mode: 'sweep' });
    expect(sandbox.calls.all.filter(({ service }) => service === 'securityhub')).toEqual([]);
  });
});
