import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { zipLambda } from '../../cdktf/lambda-zip.ts';
import { loadDeployment } from '../../cdktf/load-deployment.ts';
import { rotatorPermissions } from '../../cdktf/permissions/rotator-role.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { parseConfig } from '../../src/config/load.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { allOf, synthesised } from './synthesised.ts';

const VPC = { subnets: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], securityGroups: ['sg-0ccccccc'] };
const PROXY = { url: 'http://proxy.example.com:3128', exclude: ['.s3.eu-central-1.amazonaws.com'] };
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const functionsOf = (deployment: object) =>
  allOf(
    synthesised(deployableConfig({ deployment: { engine: 'step-functions', ...deployment } })).get(
      'keysweep-rotator',
    ),
    'aws_lambda_function',
  );

const variablesOf = ({ environment }: Record<string, unknown>) =>
  (environment as { variables: Record<string, string> }).variables;

describe('a VPC', () => {
  it('is that of every Lambda', () => {
    const functions = functionsOf({ vpc: VPC });
    expect(functions).toHaveLength(2);
    for (const { vpc_config: found } of functions)
      expect(found).toEqual({ security_group_ids: VPC.securityGroups, subnet_ids: VPC.subnets });
    for (const one of functionsOf({})) expect(one).not.toHaveProperty('vpc_config');
  });

  it('gives Lambda what it needs in that account and Region, and the functions themselves nothing', () => {
    const added = (deployment: object) =>
      rotatorPermissions(deployableConfig({ deployment })).Statement.filter(({ Action }) =>
        Action.some((action) => action.startsWith('ec2:')),
      );
    const [reads, writes, own] = added({ vpc: VPC });
    expect(reads).toMatchObject({ Effect: 'Allow', Resource: ['*'] });
    expect(reads?.Action).toEqual(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets']);
    expect(writes).toMatchObject({
      Effect: 'Allow',
      Resource: ['arn:aws:ec2:eu-central-1:111111111111:*/*'],
    });
    expect(own).toMatchObject({ Effect: 'Deny', Resource: ['*'] });
    expect(own?.Action).toEqual([...(reads?.Action ?? []), ...(writes?.Action ?? [])]);
    expect(own?.Condition).toEqual({
      ArnEquals: {
        'lambda:SourceFunctionArn': ['arn:aws:lambda:eu-central-1:111111111111:function:keysweep-rotator'],
      },
    });
    expect(added({})).toEqual([]);
  });
});

describe('a proxy', () => {
  it('is in the environment of every Lambda', () => {
    for (const one of functionsOf({ proxy: { ...PROXY, caFile: 'corporate.pem' } }))
      expect(variablesOf(one)).toMatchObject({
        HTTPS_PROXY: PROXY.url,
        NO_PROXY: '.s3.eu-central-1.amazonaws.com',
        NODE_EXTRA_CA_CERTS: '/var/task/ca.pem',
      });
    for (const one of functionsOf({ proxy: { url: PROXY.url } })) {
      expect(variablesOf(one)).toHaveProperty('HTTPS_PROXY');
      expect(variablesOf(one)).not.toHaveProperty('NO_PROXY');
      expect(variablesOf(one)).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
    }
    for (const one of functionsOf({})) expect(variablesOf(one)).not.toHaveProperty('HTTPS_PROXY');
  });

  it('has its CA in the zip', () => {
    const files = unzipSync(zipLambda('{}', new Uint8Array(), PEM));
    expect(strFromU8(files['ca.pem'] ?? new Uint8Array())).toBe(PEM);
    expect(Object.keys(unzipSync(zipLambda('{}', new Uint8Array())))).not.toContain('ca.pem');
  });

  describe('with a CA file', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'keysweep-ca-'));
      const { account, organizationId, region } = deployableConfig().deployment;
      const deployment = {
        account,
        organizationId,
        region,
        proxy: { url: PROXY.url, caFile: 'corporate.pem' },
      };
      await writeFile(
        join(folder, 'accounts.json'),
        JSON.stringify({ defaults: { groups: ['Developers'] }, deployment }),
      );
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('reads it beside accounts.json', async () => {
      await writeFile(join(folder, 'corporate.pem'), PEM);
      expect(await loadDeployment(folder)).toMatchObject({ ca: PEM });
    });

    it.each([['missing'], ['without a certificate']])('refuses one that is %s', async (problem) => {
      if (problem !== 'missing') await writeFile(join(folder, 'corporate.pem'), 'no PEM');
      const error: unknown = await loadDeployment(folder).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toContain('deployment.proxy.caFile');
    });
  });
});

it.each([
  [{ vpc: { subnets: [], securityGroups: ['sg-0ccccccc'] } }, 'at least one subnet'],
  [{ vpc: { subnets: ['subnet-0aaaaaaa'], securityGroups: [] } }, 'at least one security group'],
  [{ vpc: { subnets: ['vpc-0aaaaaaa'], securityGroups: ['sg-0ccccccc'] } }, 'the ID of a subnet'],
  [{ proxy: { url: 'http://user:password@proxy.example.com:3128' } }, 'without user and password'],
  [{ proxy: { url: 'socks5://proxy.example.com' } }, 'the URL of an HTTP proxy'],
])('refuses %o', (setting, problem) => {
  const { account, organizationId, region } = deployableConfig().deployment;
  const deployment = { account, organizationId, region, ...setting };
  const config = { defaults: { groups: ['Developers'] }, deployment };
  expect(() => parseConfig(JSON.stringify(config), 'accounts.json')).toThrow(problem);
});
