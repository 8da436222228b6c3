import { describe, expect, it } from 'vitest';

import { describeOrganization } from '../../src/organization/describe.ts';
import { organizationsAnswering } from '../support/answering.ts';

const SIGNAL = new AbortController().signal;

describe('the organization', () => {
  it('has its ID and its management account', async () => {
    const client = organizationsAnswering({
      Organization: { Id: 'o-a1b2c3d4e5', MasterAccountId: '999999999999', FeatureSet: 'ALL' },
    });
    expect(await describeOrganization(client, SIGNAL)).toEqual({
      id: 'o-a1b2c3d4e5',
      managementAccountId: '999999999999',
    });
  });

  it.each<[string, object]>([
    ['an organization', {}],
    ['its ID', { Organization: { MasterAccountId: '999999999999' } }],
    ['its management account', { Organization: { Id: 'o-a1b2c3d4e5' } }],
  ])('is unknown from a response without %s', async (_, answer) => {
    await expect(describeOrganization(organizationsAnswering(answer), SIGNAL)).rejects.toMatchObject({
      failure: {
        kind: 'failed',
        call: 'organizations:DescribeOrganization',
        code: 'IncompleteAnswer',
        message: 'the response has no organization',
      },
    });
  });

  it('is not read when the run is aborted', async () => {
    const client = organizationsAnswering({ Organization: { Id: 'o-1', MasterAccountId: '9' } });
    await expect(describeOrganization(client, AbortSignal.abort())).rejects.toMatchObject({
      failure: { kind: 'not-reached', call: 'organizations:DescribeOrganization' },
    });
  });
});
