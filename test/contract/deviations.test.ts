import {
  CreateGroupCommand,
  GetGroupCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  type StatusType,
} from '@aws-sdk/client-iam';
import {
  CloseAccountCommand,
  DescribeAccountCommand,
  ListAccountsCommand,
} from '@aws-sdk/client-organizations';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sessionPolicy } from '../../src/aws/session-policy.ts';
import { createAccount, enter, plainClients, present, type PlainClients } from '../emulators/seeding.ts';
import { EMULATORS, type EmulatorName } from './emulators.ts';
import { buildWorld, type World } from './world.ts';

/**
 * Where moto does not behave as AWS does. The sandbox does, by AWS's documentation, and covers what rests on
 * it. A line of this table fails when a later moto fixes what it says, and should then move into the contract
 * that holds for both.
 */

interface Deviation {
  readonly what: string;
  /** Where AWS says so. */
  readonly source: string;
  readonly ask: (world: World) => Promise<unknown>;
  readonly right: unknown;
  readonly moto: unknown;
}

const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const IAM_API = 'https://docs.aws.amazon.com/IAM/latest/APIReference';
const STS_API = 'https://docs.aws.amazon.com/STS/latest/APIReference';
const ORGANIZATIONS = 'https://docs.aws.amazon.com/organizations/latest';

/** The value, or the name of the error. */
const outcomeOf = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    return await asked;
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
};

const assume = (world: World, input: Partial<AssumeRoleCommandInput>) =>
  world.central.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${world.accounts.alpha}:role/KeysweepRotation`,
      RoleSessionName: 'keysweep',
      ...input,
    }),
  );

const mayAssume = async (world: World, input: Partial<AssumeRoleCommandInput>): Promise<string> => {
  await assume(world, input);
  return 'a session';
};

const inSession = async (world: World, input: Partial<AssumeRoleCommandInput>): Promise<PlainClients> => {
  const { Credentials: session } = await assume(world, input);
  const credentials = {
    accessKeyId: present(session?.AccessKeyId),
    secretAccessKey: present(session?.SecretAccessKey),
    sessionToken: present(session?.SessionToken),
  };
  return plainClients({ ...world.emulator.endpoint, credentials });
};

const DEVIATIONS: readonly Deviation[] = [
  {
    what: 'a page of a group has as many members as were asked for',
    source: `${IAM_API}/API_GetGroup.html`,
    ask: async ({ alpha }) => {
      const { Users, IsTruncated, Marker } = await alpha.iam.send(
        new GetGroupCommand({ GroupName: 'Developers', MaxItems: 1 }),
      );
      return { users: Users?.length, truncated: IsTruncated, marker: typeof Marker };
    },
    right: { users: 1, truncated: true, marker: 'string' },
    moto: { users: 2, truncated: undefined, marker: 'undefined' },
  },
  {
    what: 'a page of keys says whether it is the last',
    source: `${IAM_API}/API_ListAccessKeys.html`,
    ask: async ({ alpha }) => {
      const { AccessKeyMetadata, IsTruncated } = await alpha.iam.send(
        new ListAccessKeysCommand({ UserName: 'ada', MaxItems: 1 }),
      );
      return { keys: AccessKeyMetadata?.length, truncated: IsTruncated };
    },
    right: { keys: 1, truncated: true },
    moto: { keys: 2, truncated: undefined },
  },
  {
    what: 'a key has no other status than those documented',
    source: `${IAM_API}/API_UpdateAccessKey.html`,
    ask: ({ alpha, keys }) =>
      alpha.iam
        .send(
          new UpdateAccessKeyCommand({
            UserName: 'eve',
            AccessKeyId: present(keys.eve[0]),
            Status: 'Asleep' as StatusType,
          }),
        )
        .then(() => 'done'),
    right: 'ValidationError',
    moto: 'done',
  },
  {
    what: 'the names of groups are told apart without case',
    source: `${USER_GUIDE}/reference_iam-quotas.html`,
    ask: ({ alpha }) =>
      alpha.iam.send(new CreateGroupCommand({ GroupName: 'DEVELOPERS' })).then(() => 'a second group'),
    right: 'EntityAlreadyExistsException',
    moto: 'a second group',
  },
  {
    what: 'the id of a user begins with AIDA',
    source: `${USER_GUIDE}/reference_identifiers.html`,
    ask: async ({ alpha }) =>
      (await alpha.iam.send(new GetUserCommand({ UserName: 'ada' }))).User?.UserId?.startsWith('AIDA'),
    right: true,
    moto: false,
  },
  {
    what: 'the ARN of a user is one of IAM',
    source: `${USER_GUIDE}/reference_identifiers.html`,
    ask: async ({ central }) => (await central.sts.send(new GetCallerIdentityCommand({}))).Arn?.split(':')[2],
    right: 'iam',
    moto: 'sts',
  },
  {
    what: 'a role that is not there cannot be assumed',
    source: `${STS_API}/API_AssumeRole.html`,
    ask: (world) =>
      mayAssume(world, { RoleArn: `arn:aws:iam::${world.accounts.beta}:role/KeysweepRotation` }),
    right: 'AccessDenied',
    moto: 'a session',
  },
  {
    what: 'a role asks for its external id',
    source: `${USER_GUIDE}/id_roles_common-scenarios_third-party.html`,
    ask: (world) =>
      mayAssume(world, { RoleArn: `arn:aws:iam::${world.accounts.gamma}:role/KeysweepRotation` }),
    right: 'AccessDenied',
    moto: 'a session',
  },
  {
    what: 'a role refuses a wrong external id',
    source: `${USER_GUIDE}/id_roles_common-scenarios_third-party.html`,
    ask: (world) =>
      mayAssume(world, {
        RoleArn: `arn:aws:iam::${world.accounts.gamma}:role/KeysweepRotation`,
        ExternalId: 'somebody-else',
      }),
    right: 'AccessDenied',
    moto: 'a session',
  },
  {
    what: 'a session lasts no longer than its role allows',
    source: `${STS_API}/API_AssumeRole.html`,
    ask: (world) => mayAssume(world, { DurationSeconds: 43_200 }),
    right: 'ValidationError',
    moto: 'a session',
  },
  {
    what: 'the name of a session has no other characters than those documented',
    source: `${STS_API}/API_AssumeRole.html`,
    ask: (world) => mayAssume(world, { RoleSessionName: 'a name with spaces' }),
    right: 'ValidationError',
    moto: 'a session',
  },
  {
    what: 'a session policy that reads only refuses writes',
    source: `${USER_GUIDE}/access_policies.html#policies_session`,
    ask: async (world) => {
      const { iam } = await inSession(world, { Policy: sessionPolicy({ reads: true }, 'aws') });
      const AccessKeyId = present(world.keys.bob[0]);
      await iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId, Status: 'Inactive' }));
      return 'done';
    },
    right: 'AccessDenied',
    moto: 'done',
  },
  {
    what: 'a member account may not list the organization',
    source: `${ORGANIZATIONS}/APIReference/API_ListAccounts.html`,
    ask: async ({ alpha }) => (await alpha.organizations.send(new ListAccountsCommand({}))).Accounts,
    right: 'AccessDeniedException',
    moto: [],
  },
  {
    what: 'a page has at most 20 accounts',
    source: `${ORGANIZATIONS}/APIReference/API_ListAccounts.html`,
    ask: ({ central }) =>
      central.organizations.send(new ListAccountsCommand({ MaxResults: 21 })).then(() => 'a page'),
    right: 'InvalidInputException',
    moto: 'a page',
  },
  {
    what: 'an account that is being closed is pending first',
    source: `${ORGANIZATIONS}/userguide/orgs_manage_accounts_close.html`,
    ask: async ({ central: { organizations }, units }) => {
      const AccountId = await createAccount(organizations, { name: 'leaving', root: units.root });
      await organizations.send(new CloseAccountCommand({ AccountId }));
      return (await organizations.send(new DescribeAccountCommand({ AccountId }))).Account?.State;
    },
    right: 'PENDING_CLOSURE',
    moto: 'SUSPENDED',
  },
  {
    what: 'nobody gets into an account that is closed',
    source: `${ORGANIZATIONS}/userguide/orgs_manage_accounts_close.html`,
    ask: async ({ central: { organizations }, units, emulator }) => {
      const AccountId = await createAccount(organizations, { name: 'left', root: units.root });
      await organizations.send(new CloseAccountCommand({ AccountId }));
      await enter(emulator.endpoint, AccountId);
      return 'a session';
    },
    right: 'AccessDenied',
    moto: 'a session',
  },
];

describe.each(EMULATORS)('what moto does differently, on $name', ({ name, start }) => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld(await start());
  }, 60_000);
  afterAll(() => world.close());

  it.each(DEVIATIONS)('$what', async ({ ask, right, moto }) => {
    const expected: Record<EmulatorName, unknown> = { sandbox: right, moto };
    expect(await outcomeOf(ask(world))).toEqual(expected[name]);
  });
});
