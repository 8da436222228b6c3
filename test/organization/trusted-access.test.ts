import { describe, expect, it } from 'vitest';

import { delegatedAdministrators, trustedServices } from '../../src/organization/trusted-access.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { organizationsAnswering } from '../support/answering.ts';
import { onSandbox } from '../support/sweeping.ts';

const SIGNAL = new AbortController().signal;
const TOKEN_AGAIN = { code: 'RepeatedToken' };

describe('the services with trusted access', () => {
  it('are those of every page', async () => {
    const client = organizationsAnswering(
      { EnabledServicePrincipals: [{ ServicePrincipal: 'a.amazonaws.com' }, {}], NextToken: 'x' },
      { NextToken: 'y' },
      { EnabledServicePrincipals: [{ ServicePrincipal: 'b.amazonaws.com' }] },
    );
    expect(await trustedServices(client, SIGNAL)).toEqual(new Set(['a.amazonaws.com', 'b.amazonaws.com']));
  });

  it('are unknown when a token repeats', async () => {
    const call = 'organizations:ListAWSServiceAccessForOrganization';
    await expect(trustedServices(organizationsAnswering({ NextToken: 'x' }), SIGNAL)).rejects.toMatchObject({
      failure: { ...TOKEN_AGAIN, call },
    });
  });

  it('are not read when the run is aborted', async () => {
    await expect(trustedServices(organizationsAnswering({}), AbortSignal.abort())).rejects.toMatchObject({
      failure: { kind: 'not-reached' },
    });
  });
});

describe('the delegated administrators of a service', () => {
  it('are those of every page', async () => {
    const client = organizationsAnswering(
      { DelegatedAdministrators: [{ Id: '111111111111' }, {}], NextToken: 'x' },
      { NextToken: 'y' },
      { DelegatedAdministrators: [{ Id: '222222222222' }] },
    );
    expect(await delegatedAdministrators(client, 'x.amazonaws.com', SIGNAL)).toEqual(
      new Set(['111111111111', '222222222222']),
    );
  });

  it('are listed by service', async () => {
    const organization = new SandboxOrganization();
    const { sandbox, dependencies } = await onSandbox({ organization });
    const { organizations } = dependencies().clients;
    await delegatedAdministrators(organizations, 'x.amazonaws.com', SIGNAL).catch(() => undefined);
    const [call] = sandbox.calls.of('organizations', 'ListDelegatedAdministrators');
    expect(JSON.stringify(call)).toContain('ServicePrincipal');
  });

  it('are unknown when a token repeats', async () => {
    const call = 'organizations:ListDelegatedAdministrators';
    await expect(
      delegatedAdministrators(organizationsAnswering({ NextToken: 'x' }), 'x', SIGNAL),
    ).rejects.toMatchObject({ failure: { ...TOKEN_AGAIN, call } });
  });

  it('are not read when the run is aborted', async () => {
    await expect(
      delegatedAdministrators(organizationsAnswering({}), 'x', AbortSignal.abort()),
    ).rejects.toMatchObject({ failure: { kind: 'not-reached' } });
  });
});
