import { describe, expect } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { STACK_SETS_SERVICE } from '../../src/deployment/names.ts';
import { addRotationRole, EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { assume } from '../support/sdk-clients.ts';
import { it, statuses, type OpenWorkspace, type Workspace } from '../support/workspace.ts';

const [MEMBER, OTHER, MANAGEMENT] = ['100000000001', '100000000002', '999999999999'];
const POSITION = `central-account\n  subject  account ${MEMBER}`;

/** A workspace, and credentials of the role that an account of the organization has from its creation. */
async function inMember(
  open: OpenWorkspace,
  deployment: object = {},
): Promise<{ workspace: Workspace; member: Record<string, string> }> {
  const organization = organizationOf(2);
  const organizationId = organization.id;
  const config: ConfigInput = Object.keys(deployment).length
    ? {
        ...EVERY_KEY,
        deployment: { account: MANAGEMENT, organizationId, region: 'eu-central-1', ...deployment },
      }
    : EVERY_KEY;
  const workspace = await open({ organization, config });
  const { sandbox } = workspace;
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken = '',
  } = await assume(sandbox, organization.account(MEMBER));
  const member = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return { workspace, member };
}

describe('in a member account', { timeout: 60_000 }, () => {
  it.for([
    ['without a deployment', {}],
    ['with a deployment in the management account', { account: MANAGEMENT }],
    ['with a deployment in itself', { account: MEMBER, delegatedAdministrator: true }],
  ] as const)('doctor finds a problem %s', async ([, deployment], { open }) => {
    const { workspace, member } = await inMember(open, deployment);
    const { code, stdout } = await workspace.run('doctor', member);
    expect(code).toBe(1);
    expect(stdout).toContain('PROBLEM  Your credentials belong to a member account of o-');
    expect(stdout).toContain(`Sign in to the management account, ${MANAGEMENT}, or to a delegated`);
    expect(stdout).toContain(POSITION);
    expect(stdout).not.toMatch(/FINE|No problem/);
  });

  it.for(['plan', 'sweep --apply --yes', 'accounts'])(
    '%s names both accounts, and what to do',
    async (command, { open }) => {
      const { workspace, member } = await inMember(open);
      const { code, stderr } = await workspace.run(command, member);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `These credentials belong to account ${MEMBER}, and the management account is ${MANAGEMENT}.`,
      );
      expect(stderr).toContain('Run keysweep in the management account or a delegated administrator account');
    },
  );
});

describe('in a delegated administrator account', { timeout: 60_000 }, () => {
  it('doctor and plan work as in the management account', async ({ open }) => {
    const { workspace, member } = await inMember(open);
    const { organization } = workspace.sandbox;
    organization.registerDelegatedAdministrator(MEMBER, STACK_SETS_SERVICE);
    for (const id of [MEMBER, OTHER]) {
      organization.account(id).roles.remove(organization.account(id).roles.get('KeysweepRotation')!);
      addRotationRole(organization, id, undefined, MEMBER);
    }
    const { code, stdout } = await workspace.run('doctor', member);
    expect(stdout).toContain(`  account ${MEMBER}: member account that can list o-`);
    expect(code).toBe(0);
    for (const command of ['plan', 'accounts'])
      expect(await workspace.run(command, member)).toMatchObject({ code: 0, stderr: '' });
    expect((await workspace.run('sweep --apply --yes', member)).code).toBe(0);
    expect(statuses(organization)).toEqual({ Inactive: 2 });
  });

  it.for([
    [
      { account: MEMBER, delegatedAdministrator: true },
      `  account ${MEMBER}: delegated administrator of StackSets`,
    ],
    [
      { account: MEMBER },
      `PROBLEM  deployment.delegatedAdministrator is false, but ${MEMBER} is not the management account`,
      'fix      Set deployment.delegatedAdministrator to true and run npm run deploy.',
    ],
    [
      { account: MANAGEMENT },
      `NOT CHECKED  The Lambda and its schedule are in account ${MANAGEMENT}, but your credentials`,
    ],
  ] as const)(
    'with a deployment, doctor compares its settings: %o',
    async ([deployment, ...lines], { open }) => {
      const { workspace, member } = await inMember(open, deployment);
      workspace.sandbox.organization.registerDelegatedAdministrator(MEMBER, STACK_SETS_SERVICE);
      const { stdout } = await workspace.run('doctor', member);
      expect(stdout).toContain(`  account ${MEMBER}: member account that can list o-`);
      for (const line of lines) expect(stdout).toContain(line);
      expect(stdout).not.toContain('Sign in to the management account');
    },
  );
});
