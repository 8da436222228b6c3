import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { vi } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import {
  createAccount,
  createGroups,
  createRole,
  createUnit,
  createUser,
  enter,
  plainClients,
  present,
  rootOf,
  type PlainClients,
} from '../emulators/seeding.ts';
import type { Emulator } from './emulators.ts';

/** A small organization, the same on every emulator but for the ids. */
export interface World {
  readonly emulator: Emulator;
  /** The administrator of the management account. */
  readonly central: PlainClients;
  /** An administrator of the account `alpha`. */
  readonly alpha: PlainClients;
  readonly organizationId: string;
  readonly units: Readonly<Record<'root' | 'workloads' | 'prod' | 'sandbox', string>>;
  readonly accounts: Readonly<Record<'management' | 'alpha' | 'beta' | 'gamma', string>>;
  /** Ids of the keys of the users of `alpha`, in the order in which they were made. */
  readonly keys: Readonly<Record<'ada' | 'bob' | 'eve', readonly string[]>>;
  close(): Promise<void>;
}

export const EXTERNAL_ID = 'keysweep-contract';

/**
 * Builds it: `alpha` in Workloads/Prod with users and the rotation role, `beta` in Sandbox with the opt-out
 * tag, `gamma` in the root with a rotation role that asks for an external id.
 */
export async function buildWorld(emulator: Emulator): Promise<World> {
  const central = plainClients(emulator.endpoint);
  const { organizations } = central;
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const management = present(Organization?.MasterAccountId);

  const root = await rootOf(organizations);
  const workloads = await createUnit(organizations, root, 'Workloads');
  const prod = await createUnit(organizations, workloads, 'Prod');
  const sandbox = await createUnit(organizations, root, 'Sandbox');

  const alphaId = await createAccount(organizations, { name: 'alpha', root, parent: prod });
  const betaId = await createAccount(organizations, {
    name: 'beta',
    root,
    parent: sandbox,
    tags: { keysweep: 'opt-out', team: 'b' },
  });
  const gammaId = await createAccount(organizations, { name: 'gamma', root });

  const role = { roleName: 'KeysweepRotation', trusts: management, actions: ['iam:*'] };
  const alpha = await enter(emulator.endpoint, alphaId);
  await createRole(alpha.iam, role);
  await createRole((await enter(emulator.endpoint, gammaId)).iam, { ...role, externalId: EXTERNAL_ID });

  await createGroups(alpha.iam, 'Developers', 'Administrators', 'Empty');
  return {
    emulator,
    central,
    alpha,
    organizationId: present(Organization?.Id),
    units: { root, workloads, prod, sandbox },
    accounts: { management, alpha: alphaId, beta: betaId, gamma: gammaId },
    keys: {
      ada: await createUser(alpha.iam, {
        userName: 'ada',
        groups: ['Developers', 'Administrators'],
        keys: ['Active', 'Inactive'],
        console: true,
      }),
      bob: await createUser(alpha.iam, {
        userName: 'bob',
        groups: ['Developers'],
        keys: ['Active'],
        tags: { keysweep: 'exempt', team: 'b' },
      }),
      eve: await createUser(alpha.iam, { userName: 'eve', keys: ['Active'] }),
    },
    close: () => emulator.close(),
  };
}

/**
 * keysweep's own clients on the emulator, with the administrator's credentials where the SDK looks for them.
 */
export function ownClients({ endpoint: { url, region, credentials } }: Emulator): Clients {
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  // A person's own profile or session would win, or be mixed in.
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  return openClients({ region, endpoint: url, sockets: 8 });
}
