import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { organizationOf } from '../support/sweeping.ts';
import { startInterceptingProxy } from '../support/intercepting-proxy.ts';
import { errorOf, it, summaryOf } from '../lambda/rotator.ts';

const PLAN = { mode: 'plan' };

describe('behind a proxy that inspects TLS, the Lambda', { timeout: 60_000 }, () => {
  it('sends every call through it, trusts AWS_CA_BUNDLE, and no other CA', async ({ start }) => {
    const folder = await mkdtemp(join(tmpdir(), 'keysweep-networks-'));
    let target = '';
    const proxy = await startInterceptingProxy(folder, () => target);
    const environment = { AWS_ENDPOINT_URL: '', HTTPS_PROXY: proxy.url };
    const trusting = await start({
      organization: organizationOf(2),
      environment: { ...environment, AWS_CA_BUNDLE: proxy.caFile },
    });
    target = trusting.sandbox.url;
    expect(summaryOf(await trusting.invoke(PLAN)).verdict).toBe('ok');
    expect([...new Set(proxy.seen)].sort()).toEqual(
      [...['iam', 'keysweep-ledger.s3.us-east-1', 'organizations.us-east-1', 'sts.us-east-1']].map(
        (name) => `${name}.amazonaws.com:443`,
      ),
    );

    const unknowing = await start({ organization: organizationOf(2), environment });
    target = unknowing.sandbox.url;
    expect(errorOf(await unknowing.invoke(PLAN))?.errorMessage).toMatch(/no TLS connection to AWS \(/);
    proxy.close();
    await rm(folder, { recursive: true });
  });
});
