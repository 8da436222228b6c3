import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkStates } from '../../cdktf/check-states.ts';
import type { Action } from '../../cdktf/chosen-stacks.ts';
import { readLocalStates } from '../../cdktf/stored-states.ts';
import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment/names.ts';
import { CENTRAL_ACCOUNT, deployableConfig, lockOf } from '../support/deployable-config.ts';
import { deployedStates } from './deployed-states.ts';
import { stateFile } from './terraform/state-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keysweep-states-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(states: ReadonlyMap<string, string>): void {
  for (const [stack, text] of states) writeFileSync(join(folder, `terraform.${stack}.tfstate`), text);
}

/** What `npm run deploy` says of the states in the folder. */
async function check(
  config: DeployableConfig,
  action: Action = 'deploy',
  lock?: AccountsLock,
): Promise<string> {
  const states = await readLocalStates(folder);
  try {
    checkStates(action, { config, lock, accountsJson: '', isExample: false }, states);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const inOtherRegion = deployableConfig({ deployment: { region: 'eu-west-1' } });
const renamed = deployableConfig({ deployment: { name: 'sweeper' } });
const direct = deployableConfig({ deployment: { memberRoles: 'direct' } });
const rotationRole = (name: string, path: string) =>
  deployableConfig({ config: { rotationRole: { name, path } } });

describe('npm run deploy', () => {
  it('accepts a first deployment, the same again, and what changes in place', async () => {
    expect(await check(deployableConfig())).toBe('');
    write(deployedStates(deployableConfig()));
    expect(await check(deployableConfig())).toBe('');
    const moved = deployableConfig({ deployment: { organizationId: 'o-anotherorgid' } });
    expect(await check(moved)).toBe('');
    expect(await check(rotationRole('Another', '/'))).toBe('');
    expect(await check(rotationRole('Another', '/security/'))).toBe('');
  });

  it('is refused after a change of the Region, and says what to do', async () => {
    write(deployedStates(deployableConfig()));
    const message = await check(inOtherRegion);
    for (const stack of ['keysweep-ledger', 'keysweep-rotator'])
      expect(message).toContain(
        `${stack} is deployed in eu-central-1 of account ${CENTRAL_ACCOUNT}, but accounts.json says eu-west`,
      );
    expect(message).toContain('Run npm run destroy with the accounts.json that deployed it.');
    expect(message).toContain('change deployment.name too');
  });

  it('is refused after a change of the account', async () => {
    write(deployedStates(deployableConfig()));
    expect(await check(deployableConfig({ deployment: { account: '999999999999' } }))).toContain(
      `keysweep-rotator is deployed in eu-central-1 of account ${CENTRAL_ACCOUNT}, but accounts.json says ` +
        'eu-central-1 of account 999999999999',
    );
  });

  it('is refused after a change of the name', async () => {
    write(deployedStates(deployableConfig()));
    const message = await check(renamed);
    expect(message).toContain('keysweep-member-roles, keysweep-rotator are deployed');
    expect(message).toContain('first run npm run destroy with the accounts.json that deployed them');
    expect(message).not.toContain('keysweep-ledger');
  });

  it('is accepted under a new name in a new Region once the old stacks are destroyed', async () => {
    const old = deployedStates(deployableConfig());
    const { deployment } = deployableConfig({ deployment: { region: 'eu-west-1', name: 'sweeper' } });
    for (const stack of ['keysweep-rotator', 'keysweep-member-roles']) old.set(stack, stateFile([]));
    write(old);
    expect(await check({ ...deployableConfig(), deployment })).toBe('');
    // The ledger has stayed.
    expect(await check(inOtherRegion)).toContain('keysweep-ledger is deployed in eu-central-1');
  });

  it('is refused after a change of memberRoles', async () => {
    write(deployedStates(deployableConfig()));
    expect(await check(direct, 'deploy', lockOf(1))).toContain('keysweep-member-roles is deployed');
  });

  it('is refused after a change of the path of the rotation role alone', async () => {
    write(deployedStates(rotationRole('KeysweepRotation', '/security/')));
    const message = await check(rotationRole('KeysweepRotation', '/'));
    expect(message).toContain('rotationRole.path is /, but the role KeysweepRotation is deployed with');
    expect(message).toContain('with the path /security/.');
    expect(message).toContain('Change rotationRole.name too.');
  });

  it('ignores states of other programs, and refuses one that it cannot read', async () => {
    writeFileSync(join(folder, 'terraform.network.tfstate'), 'something else');
    expect(await check(deployableConfig())).toBe('');
    writeFileSync(join(folder, 'terraform.keysweep-rotator.tfstate'), '{ "version": 3 }');
    await expect(check(deployableConfig())).rejects.toThrow(
      'terraform.keysweep-rotator.tfstate is not a Terraform state of version 4',
    );
  });
});

describe('npm run destroy', () => {
  it('is refused in another Region, where Terraform would find nothing and forget the rest', async () => {
    write(deployedStates(deployableConfig()));
    expect(await check(inOtherRegion, 'destroy')).toContain('keysweep-rotator is deployed in eu-central-1');
  });

  it('is accepted with the accounts.json of either of two deployments, and with another path', async () => {
    write(deployedStates(deployableConfig()));
    write(deployedStates(renamed));
    for (const config of [deployableConfig(), renamed, rotationRole('KeysweepRotation', '/security/')])
      expect(await check(config, 'destroy')).toBe('');
  });
});
