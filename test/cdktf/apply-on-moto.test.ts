import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateRoleCommand,
  GetRoleCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deploymentNames } from '../../src/deployment/names.ts';
import { keysweep } from '../support/keysweep-process.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { createSigningKey, plainClients, present } from '../emulators/seeding.ts';
import {
  accountsJson,
  endpointOf,
  iamIn,
  keyStatus,
  type MotoOrganization,
  REGION,
  seedOrganization,
} from './moto-organization.ts';
import { allOf, only, type Stacks, synthesised, textOf } from './synthesised.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/**
 * The stacks on moto: the StackSet by CloudFormation, the other roles by IAM. moto validates policies and
 * creates the roles. It does not evaluate cross-account trust or resources (least-privilege.test.ts does),
 * nor automatic deployment of StackSets.
 */

const python = await pythonEnvironment();

describe.skipIf(python === undefined)('the member roles on moto', () => {
  let moto: Moto;
  let folder: string;
  let organization: MotoOrganization;
  let stacks: Stacks;

  beforeAll(async () => {
    moto = present(await borrowMoto());
    folder = mkdtempSync(join(tmpdir(), 'keysweep-moto-'));
    organization = await seedOrganization(moto);
    const { ledgerBucket: Bucket, ledgerKeyAlias } = deploymentNames(organization.config.deployment);
    await createSigningKey(endpointOf(moto), ledgerKeyAlias);
    await plainClients(endpointOf(moto)).s3.send(new CreateBucketCommand({ Bucket }));
    stacks = synthesised(organization.config);
    deployStackSet(moto, folder, stacks);
    await deployRoles(plainClients(endpointOf(moto)).iam, stacks);
  });
  afterAll(async () => {
    await moto.close();
    rmSync(folder, { recursive: true });
  });

  it('exist in every account of the OU and in the management account, and nowhere else', async () => {
    const { members, outsider, config } = organization;
    for (const account of [...members, config.deployment.account]) {
      const iam = await iamIn(moto, account, config);
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: 'KeysweepRotation' }));
      expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toContain(`role/keysweep-rotator`);
      const { PolicyNames: names } = await iam.send(
        new ListRolePoliciesCommand({ RoleName: 'KeysweepRotation' }),
      );
      expect(names).toEqual(['keysweep']);
    }
    const elsewhere = await iamIn(moto, outsider, config);
    await expect(elsewhere.send(new GetRoleCommand({ RoleName: 'KeysweepRotation' }))).rejects.toThrow(
      'not found',
    );
  });

  it('let a sweep assume them', async () => {
    const { config, members, outsider } = organization;
    const file = join(folder, 'accounts.json');
    writeFileSync(file, accountsJson(config));
    const ledger = deploymentNames(config.deployment).ledgerUrl;
    const options = ['--config', file, '--ledger', ledger, '--apply', '--yes', '--json'];
    const { code, stdout, stderr } = await keysweep(['sweep', ...options], moto.environment());
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { summary } = JSON.parse(stdout) as { summary: object };
    expect(summary).toMatchObject({
      verdict: 'ok',
      accounts: { swept: 2, 'out-of-scope': 2 },
      keys: { deactivated: 2 },
    });
    for (const account of members) {
      expect(await keyStatus(moto, account, config)).toEqual(['Inactive']);
    }
    expect(await keyStatus(moto, outsider, config)).toEqual(['Active']);
  });
});

/** By the AWS CLI, as Terraform's provider does. */
function deployStackSet(moto: Moto, folder: string, stacks: Stacks): void {
  const stack = stacks.get('keysweep-member-roles');
  const stackSet = only(stack, 'aws_cloudformation_stack_set');
  const { deployment_targets: targets } = only(stack, 'aws_cloudformation_stack_set_instance') as {
    deployment_targets: { organizational_unit_ids: string[] };
  };
  const template = join(folder, 'template.json');
  writeFileSync(
    template,
    textOf(stackSet, 'template_body').replaceAll('$${', () => '${'),
  );
  const name = ['--stack-set-name', textOf(stackSet, 'name')];
  const model = ['--permission-model', textOf(stackSet, 'permission_model')];
  const automatic = ['--auto-deployment', 'Enabled=true,RetainStacksOnAccountRemoval=false'];
  const capabilities = ['--capabilities', ...(stackSet.capabilities as string[])];
  cloudFormation(
    moto,
    'create-stack-set',
    ...name,
    ...model,
    ...automatic,
    ...capabilities,
    '--template-body',
    `file://${template}`,
  );
  const units = `OrganizationalUnitIds=${targets.organizational_unit_ids.join()}`;
  cloudFormation(moto, 'create-stack-instances', ...name, '--deployment-targets', units, '--regions', REGION);
}

function cloudFormation(moto: Moto, ...command: readonly string[]): void {
  const aws = present(python).bin('aws');
  execFileSync(aws, ['--region', REGION, 'cloudformation', ...command], {
    env: { PATH: process.env.PATH, ...moto.environment() },
  });
}

/** All roles in Terraform's own account. */
async function deployRoles(iam: IAMClient, stacks: Stacks): Promise<void> {
  for (const stack of stacks.values()) {
    for (const role of allOf(stack, 'aws_iam_role')) {
      const trust = textOf(role, 'assume_role_policy');
      await iam.send(
        new CreateRoleCommand({ RoleName: textOf(role, 'name'), AssumeRolePolicyDocument: trust }),
      );
    }
    for (const [id, policy] of Object.entries(stack.resource?.aws_iam_role_policy ?? {})) {
      const role = stack.resource?.aws_iam_role?.[id.replace(/-permissions$/, '')];
      const names = { RoleName: textOf(role, 'name'), PolicyName: textOf(policy, 'name') };
      await iam.send(new PutRolePolicyCommand({ ...names, PolicyDocument: textOf(policy, 'policy') }));
    }
  }
}
