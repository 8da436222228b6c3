import { describe, expect, it } from 'vitest';

import { renderPage } from '../../../src/report/html/page.ts';
import { buildRun, type RunSetup } from '../../support/build-run.ts';

const FIRST = '100000000001';

async function page(setup: RunSetup): Promise<string> {
  return renderPage({ run: await buildRun(setup), history: [], sha256: () => '' });
}

describe('the page of a run', () => {
  it('lists keys that escaped, and how', async () => {
    const escaped = [{ accessKeyId: 'AKIAGONE', userName: '<eve>', how: 'not-in-groups' }] as const;
    const text = await page({ accounts: [{ id: FIRST, plan: { escaped } }] });
    expect(text).toMatch(/Keys that escaped<\/h3>[^]*&lt;eve&gt;[^]*AKIAGONE[^]*not-in-groups/);
    expect(await page({ accounts: [{ id: FIRST, plan: {} }] })).not.toContain('Keys that escaped');
  });

  it('says why it was started, and about which users nothing was asked', async () => {
    const started = { mode: 'undo', reason: 'INC-1 <b>', overrideUsers: ['ada', 'bob'] } as const;
    const text = await page({ started, accounts: [] });
    expect(text).toMatch(/<dt>reason<\/dt><dd>INC-1 &lt;b&gt;<\/dd>/);
    expect(text).toMatch(/<dt>users overridden<\/dt><dd>ada, bob<\/dd>/);
  });
});
