import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { ADA, keysOf, organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { jsonDocument } from '../support/json-document.ts';
import { it, type OpenWorkspace } from '../support/workspace.ts';

const FIRST = '100000000001';

async function leaking(open: OpenWorkspace) {
  const organization = organizationOf(1, () => [ADA, { userName: 'eve', keys: [{}] }]);
  const workspace = await open({ organization });
  const [eve] = organization.user(FIRST, 'eve').keys;
  return { organization, workspace, eve: eve?.accessKeyId ?? '' };
}

describe('keysweep whose', () => {
  it('finds keys in any text of a file', async ({ open }) => {
    const { workspace, eve } = await leaking(open);
    const file = join(workspace.folder, 'found.txt');
    await writeFile(file, `aws_access_key_id=${eve} # and ASIAIOSFODNN7EXAMPLE`);
    const { code, stdout } = await workspace.run(`whose --file ${file} --json`);
    const { keys, notFound } = jsonDocument('whose', stdout);
    expect(code).toBe(0);
    expect(keys).toMatchObject([{ accessKeyId: eve, userName: 'eve', sweep: { action: 'none' } }]);
    expect(notFound).toMatchObject([{ status: 'session-key' }]);
  });

  it('shows the OU by its names, and by its ID where AWS does not tell the name', async ({ open }) => {
    const { workspace, eve, organization } = await leaking(open);
    const workloads = organization.addOrganizationalUnit('Workloads');
    const prod = organization.addOrganizationalUnit('Prod', workloads);
    const ou = async (): Promise<string | undefined> =>
      /^ {2}OU +(.*)$/m.exec((await workspace.run(`whose ${eve}`)).stdout)?.[1];
    expect(await ou()).toBe(`Root  ${organization.root.id}`);
    organization.moveAccount(FIRST, prod);
    expect(await ou()).toBe(`Workloads / Prod  ${prod.id}`);
    workspace.sandbox.faults.add({
      ...{ service: 'organizations', call: 'DescribeOrganizationalUnit' },
      ...{ occurrence: 'every', kind: 'denied' },
    });
    expect(await ou()).toBe(`${workloads.id} / ${prod.id}  ${prod.id}`);
  });

  it('exits with 1 if a call failed, and with 2 without a key', async ({ open }) => {
    const { workspace, eve, organization } = await leaking(open);
    removeRotationRole(organization, FIRST);
    expect(await workspace.run(`whose ${eve}`)).toMatchObject({ code: 1 });
    expect(await workspace.run('whose')).toMatchObject({ code: 2 });
  });
});

describe('keysweep revoke', () => {
  it('only shows the key without --apply, and wants a reason and an answer with it', async ({ open }) => {
    const { organization, workspace, eve } = await leaking(open);
    expect((await workspace.run(`revoke ${eve}`)).stdout).toContain('user       eve');
    expect(await workspace.run(`revoke ${eve} --apply --yes`)).toMatchObject({ code: 2 });
    expect(await workspace.run(`revoke ${eve} --apply --reason INC-12`)).toMatchObject({ code: 2 });
    expect(keysOf(organization, FIRST)).toContain('eve Active');
  });

  it('deactivates the key, and holds and undo show it as leaked', async ({ open }) => {
    const { organization, workspace, eve } = await leaking(open);
    const { code, stdout } = await workspace.run(`revoke ${eve} --apply --yes --reason INC-12`);
    expect({ code, shown: stdout.includes('Revoke: 1 deactivated') }).toEqual({ code: 0, shown: true });
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
    expect((await workspace.run('holds')).stdout).toContain('1 leaked key on the deny list');
    expect((await workspace.run('undo last')).stdout).toContain('1 key leaked: only with --leaked-key ID');
    const undo = `undo last --apply --key ${eve} --override-user eve --reason INC-13`;
    const refused = await workspace.run(undo);
    expect(refused.code).toBe(1);
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
  });

  it('exits with 1 if no key is of this organization', async ({ open }) => {
    const { workspace } = await leaking(open);
    const { code, stdout } = await workspace.run('revoke AROAIOSFODNN7EXAMPLE --apply --yes --reason x');
    expect({ code, shown: stdout.includes('the ID of a role') }).toEqual({ code: 1, shown: true });
  });
});
