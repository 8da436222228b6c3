import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import type { KeyPair } from '../support/sdk-clients.ts';

const python = await pythonEnvironment();
const TIMEOUT = 120_000;

/** Clients independent of keysweep and of the JavaScript SDK. */
describe.skipIf(python === undefined)('the AWS CLI and boto3', () => {
  let sandbox: Sandbox;
  let account: SandboxAccount;
  beforeEach(async () => {
    sandbox = await startSandbox();
    for (let n = 0; n < 45; n += 1) sandbox.organization.addAccount();
    account = sandbox.organization.addAccount({ name: 'Ünïcode & <sons>', tags: { keysweep: 'opt-out' } });
    for (let n = 0; n < 130; n += 1) {
      sandbox.organization.addUser({
        account,
        userName: `user-${n}`,
        groups: ['Developers'],
        tags: { a: '<&"ü' },
      });
    }
    sandbox.organization.addUser({ account, userName: 'ann', groups: ['Developers'], keys: [{}, {}] });
    sandbox.organization.addBucket('ledger');
  });
  afterEach(() => sandbox.close());

  const run = async (program: string, args: readonly string[], session?: KeyPair) => {
    const { stdout } = await promisify(execFile)(python?.bin(program) ?? '', args, {
      env: {
        PATH: process.env.PATH,
        ...sandbox.environment(),
        ...(session && {
          AWS_ACCESS_KEY_ID: session.accessKeyId,
          AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
          AWS_SESSION_TOKEN: session.sessionToken,
        }),
      },
    });
    return stdout;
  };
  const aws = async (args: string, session?: KeyPair) => {
    const output = await run('aws', [...args.split(' '), '--output', 'json'], session);
    return (output === '' ? {} : JSON.parse(output)) as Record<string, never>;
  };
  const keysOfAnn = () => sandbox.organization.user(account, 'ann').keys.map((key) => key.accessKeyId);

  it('the AWS CLI lists accounts, assumes a role, lists and deletes keys', { timeout: TIMEOUT }, async () => {
    const { Accounts } = await aws('organizations list-accounts');
    expect(Accounts).toHaveLength(47);
    expect(Accounts).toContainEqual(expect.objectContaining({ Name: 'Ünïcode & <sons>', State: 'ACTIVE' }));
    const role = `arn:aws:iam::${account.id}:role/OrganizationAccountAccessRole`;
    const { Credentials } = await aws(`sts assume-role --role-arn ${role} --role-session-name cli`);
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials as unknown as Record<string, string>;
    const session = {
      accessKeyId: String(AccessKeyId),
      secretAccessKey: String(SecretAccessKey),
      sessionToken: String(SessionToken),
    };
    expect((await aws('iam get-group --group-name Developers', session)).Users).toHaveLength(131);
    const { AccessKeyMetadata } = await aws('iam list-access-keys --user-name ann', session);
    expect(AccessKeyMetadata).toHaveLength(2);
    const [first = '', second = ''] = keysOfAnn();
    await aws(`iam update-access-key --user-name ann --access-key-id ${first} --status Inactive`, session);
    await aws(`iam delete-access-key --user-name ann --access-key-id ${second}`, session);
    expect(sandbox.organization.user(account, 'ann').keys).toMatchObject([
      { accessKeyId: first, status: 'Inactive' },
    ]);
  });

  const BOTO = `
import boto3, botocore, json, sys
account = sys.argv[1]
pages = boto3.client('organizations').get_paginator('list_accounts').paginate()
names = [a['Name'] for p in pages for a in p['Accounts']]
tagged = boto3.client('resourcegroupstaggingapi').get_resources(ResourceTypeFilters=['organizations:account'])
arn = f'arn:aws:iam::{account}:role/OrganizationAccountAccessRole'
c = boto3.client('sts').assume_role(RoleArn=arn, RoleSessionName='boto3')['Credentials']
iam = boto3.client('iam', aws_access_key_id=c['AccessKeyId'], aws_secret_access_key=c['SecretAccessKey'],
                   aws_session_token=c['SessionToken'])
groups = iam.get_paginator('get_group').paginate(GroupName='Developers')
users = [u['UserName'] for p in groups for u in p['Users']]
tags = iam.list_user_tags(UserName='user-1')['Tags']
role_policy = iam.get_role(RoleName='OrganizationAccountAccessRole')['Role']['AssumeRolePolicyDocument']
before = iam.list_access_keys(UserName='ann')['AccessKeyMetadata']
iam.delete_access_key(UserName='ann', AccessKeyId=before[0]['AccessKeyId'])
try:
    iam.delete_access_key(UserName='ann', AccessKeyId=before[0]['AccessKeyId'])
except iam.exceptions.NoSuchEntityException as error:
    again = error.response['Error']['Code']
s3 = boto3.client('s3')
s3.put_object(Bucket='ledger', Key='runs/ü & b', Body=b'text')
try:
    s3.put_object(Bucket='ledger', Key='runs/ü & b', Body=b'other', IfNoneMatch='*')
except botocore.exceptions.ClientError as error:
    conflict = error.response['Error']['Code']
print(json.dumps(dict(
    names=len(names), users=len(users), tags=tags, before=len(before),
    statement=role_policy['Statement'][0]['Effect'],
    after=len(iam.list_access_keys(UserName='ann')['AccessKeyMetadata']), again=again, conflict=conflict,
    keys=[o['Key'] for o in s3.list_objects_v2(Bucket='ledger')['Contents']],
    body=s3.get_object(Bucket='ledger', Key='runs/ü & b')['Body'].read().decode(),
    tagged=[r['Tags'] for r in tagged['ResourceTagMappingList']])))
`;

  it('boto3 does the same with paginators, and uses tags and S3', { timeout: TIMEOUT }, async () => {
    const seen = JSON.parse(await run('python', ['-c', BOTO, account.id])) as unknown;
    expect(seen).toEqual({
      names: 47,
      users: 131,
      tags: [{ Key: 'a', Value: '<&"ü' }],
      statement: 'Allow',
      before: 2,
      after: 1,
      again: 'NoSuchEntity',
      conflict: 'PreconditionFailed',
      keys: ['runs/ü & b'],
      body: 'text',
      tagged: [[{ Key: 'keysweep', Value: 'opt-out' }]],
    });
    expect(keysOfAnn()).toHaveLength(1);
  });
});
