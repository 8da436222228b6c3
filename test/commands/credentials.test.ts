import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

import { describe, expect, onTestFinished } from 'vitest';

import type { PolicyDocument } from '../../sandbox/policy/document.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { fromNow, HOUR } from '../support/clock.ts';
import { keysweep } from '../support/keysweep-process.ts';
import { organizationOf } from '../support/sweeping.ts';
import { hasTerminal, inTerminal } from '../support/terminal.ts';
import { it, statuses, type Workspace } from '../support/workspace.ts';

const NOWHERE = 'http://127.0.0.1:9';
const MFA = 'arn:aws:iam::999999999999:mfa/phone';

/** What the files of somebody who signs in with profiles say, and an environment without keys. */
async function withProfiles(
  { folder, environment }: Workspace,
  config: string,
): Promise<Record<string, string>> {
  const file = join(folder, 'config');
  await writeFile(file, config);
  const rest = without(environment, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
  return { ...rest, AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') };
}

const without = (environment: Record<string, string>, ...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));

/** In a new process, with these variables and no others. */
const inProcess = (command: string, environment: Record<string, string>) =>
  keysweep(command.split(' '), environment);

/** Of the sandbox's administrator. */
function keys({ sandbox }: Workspace): string {
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  return `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

/** @returns the ARN of a role that may do everything, for whoever has typed a code if `mfa` */
function addOperator({ sandbox: { organization } }: Workspace, mfa = false): string {
  const { id } = organization.managementAccount;
  const trust: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${id}:root` },
        Action: 'sts:AssumeRole',
        ...(mfa && { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      },
    ],
  };
  organization.addRole({ account: id, roleName: 'Operator', trust, policies: { all: ALLOW_ALL } });
  return `arn:aws:iam::${id}:role/Operator`;
}

/** Credentials of another identity, as on a machine of a container service. */
async function startContainerCredentials({ sandbox }: Workspace) {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = sandbox.credentials;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ AccessKeyId, SecretAccessKey, Token: 'x', Expiration: '2100-01-01T00:00:00Z' }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/` };
  return { environment, asked: () => asked };
}

const PROFILES: readonly (readonly [what: string, profile: string, config: string, expected: string])[] = [
  [
    'a typo',
    'audti',
    '[profile audit]\nregion = us-east-1\n[sso-session audti1]\nsso_region = us-east-1\n',
    'profile "audti" is in neither FOLDER/config nor FOLDER/credentials. Did you mean "audit"?',
  ],
  [
    'a missing source_profile',
    'audit',
    '[profile audit]\nrole_arn = arn:aws:iam::999999999999:role/Operator\nsource_profile = bsae\n' +
      '[profile base]\nregion = x\n',
    'profile "bsae", source_profile of "audit", is in neither FOLDER/config nor FOLDER/credentials. ' +
      'Did you mean "base"?',
  ],
  [
    'a source_profile without credentials',
    'audit',
    '[profile audit]\nrole_arn = arn:aws:iam::999999999999:role/Operator\nsource_profile = base\n' +
      '[profile base]\nregion = us-east-1\n',
    'profile "base", source_profile of "audit", has no credentials',
  ],
  [
    'a role_arn without a source',
    'audit',
    '[profile audit]\nrole_arn = arn:aws:iam::999999999999:role/Operator\n',
    'profile "audit" has a role_arn, and neither source_profile nor credential_source',
  ],
  [
    'a credential_process that fails',
    'audit',
    '[profile audit]\ncredential_process = /bin/false --token\n',
    'profile "audit" gives no credentials: Command failed: /bin/false --token',
  ],
  [
    'half a key',
    'audit',
    '[profile audit]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n',
    'profile "audit" gives no credentials',
  ],
];

describe('a profile that gives no credentials', { timeout: 60_000 }, () => {
  it.for(PROFILES)('%s is refused, and no other identity is used', async (given, { open }) => {
    const [, profile, config, expected] = given;
    const workspace = await open();
    const { folder, runIn, sandbox } = workspace;
    const other = await startContainerCredentials(workspace);
    const profiles = { ...(await withProfiles(workspace, config)), ...other.environment };
    const wanted = expected.replaceAll('FOLDER', folder);
    const variable = await runIn('plan', { ...profiles, AWS_PROFILE: profile });
    expect(variable).toMatchObject({ code: 2, stdout: '' });
    expect(variable.stderr).toContain(wanted);
    expect(variable.stderr).toContain('CREDENTIALS_INVALID: see docs/errors.md');
    const option = await runIn(`sweep --apply --yes --profile ${profile}`, profiles);
    expect(option).toMatchObject({ code: 2, stdout: '' });
    expect(option.stderr).toContain(wanted);
    expect(other.asked()).toBe(0);
    expect(sandbox.calls.all).toEqual([]);
  });

  it('is named before the Region that it would have had', async ({ open }) => {
    const workspace = await open();
    const rest = without(await withProfiles(workspace, ''), 'AWS_REGION', 'AWS_DEFAULT_REGION');
    const { code, stderr } = await workspace.runIn('plan', { ...rest, AWS_PROFILE: 'nosuch' });
    expect(code).toBe(2);
    expect(stderr).toContain('profile "nosuch" is in neither');
    expect(stderr).not.toContain('Region is missing');
  });

  it('is what doctor names', async ({ open }) => {
    const workspace = await open();
    const profiles = await withProfiles(workspace, '');
    const { code, stdout } = await workspace.runIn('doctor --profile nosuch', profiles);
    expect(code).toBe(2);
    expect(stdout).toContain('profile "nosuch" is in neither');
    expect(stdout).not.toContain('aws sso login');
  });

  it('does not matter to a command that needs no AWS', async ({ open }) => {
    const workspace = await open();
    await workspace.run('plan');
    const profiles = await withProfiles(workspace, '');
    expect(await workspace.runIn('runs --profile nosuch', profiles)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('single sign-on', { timeout: 60_000 }, () => {
  it.for([
    ['with a session section', 'sso_session = corp', 'missing'],
    ['with a session section', 'sso_session = corp', 'expired'],
    ['as older profiles have it', 'sso_start_url = https://corp.awsapps.com/start', 'missing'],
  ] as const)('%s: %s, %s, names the command that signs in', async ([, setting], { open }) => {
    const workspace = await open();
    const { folder } = workspace;
    const sso = `sso_region = us-east-1\n`;
    const profiles = await withProfiles(
      workspace,
      `[sso-session corp]\n${sso}sso_start_url = https://corp.awsapps.com/start\n` +
        `[profile base]\n${setting}\n${sso}sso_account_id = 999999999999\nsso_role_name = Admin\n` +
        `[profile audit]\nrole_arn = arn:aws:iam::999999999999:role/Operator\nsource_profile = base\n`,
    );
    for (const profile of ['base', 'audit']) {
      const { code, stderr } = await workspace.runIn('plan', {
        ...profiles,
        HOME: folder,
        AWS_PROFILE: profile,
      });
      expect(stderr).toContain('aws sso login --profile base');
      expect(stderr).not.toMatch(/AWS_ACCESS_KEY_ID|corresponding profile|Sign in again/);
      expect(code).toBe(2);
    }
  });
});

it('single sign-on uses the proxy, as all other calls do', { timeout: 60_000 }, async ({ open }) => {
  const workspace = await open();
  const { folder } = workspace;
  const requests: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }: IncomingMessage, socket: Duplex) => {
    requests.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const url = 'https://corp.awsapps.com/start';
  const cache = join(folder, '.aws', 'sso', 'cache');
  await mkdir(cache, { recursive: true });
  const token = JSON.stringify({ accessToken: 'x', expiresAt: '2100-01-01T00:00:00Z' });
  await writeFile(join(cache, `${createHash('sha1').update(url).digest('hex')}.json`), token);
  const profiles = await withProfiles(
    workspace,
    `[profile corp]\nsso_start_url = ${url}\nsso_region = us-east-1\n` +
      'sso_account_id = 999999999999\nsso_role_name = Admin\n',
  );
  const { code } = await workspace.runIn('plan --profile corp', {
    ...profiles,
    HOME: folder,
    AWS_ENDPOINT_URL: '',
    HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  });
  expect(code).toBe(2);
  expect(new Set(requests)).toEqual(new Set(['portal.sso.us-east-1.amazonaws.com:443']));
});

/** A `credential_process` that counts its calls, and whose code is good once. */
async function countingProcess(workspace: Workspace) {
  const { folder, sandbox } = workspace;
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = sandbox.credentials;
  const Expiration = fromNow(HOUR).toISOString();
  const answer = JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, Expiration });
  const [program, count] = [join(folder, 'sign-in'), join(folder, 'count')];
  await writeFile(program, `#!/bin/sh\necho called >> '${count}'\nprintf '%s' '${answer}'\n`);
  await chmod(program, 0o755);
  const profiles = await withProfiles(workspace, `[profile once]\ncredential_process = ${program}\n`);
  const calls = async () => (await readFile(count, 'utf8')).trim().split('\n').length;
  return { environment: { ...profiles, AWS_PROFILE: 'once' }, calls };
}

describe('one identity a run', { timeout: 60_000 }, () => {
  it('a credential_process runs once for all clients', async ({ open }) => {
    const workspace = await open();
    workspace.sandbox.organization.addBucket('ledger');
    const { environment, calls } = await countingProcess(workspace);
    const command = 'sweep --apply --yes --ledger s3://ledger/team';
    expect(await inProcess(command, environment)).toMatchObject({ code: 0, stderr: '' });
    expect(statuses(workspace.sandbox.organization)).toEqual({ Inactive: 2 });
    expect(await calls()).toBe(1);
  });

  const mfaProfiles = async (workspace: Workspace) =>
    withProfiles(
      workspace,
      `[profile base]\n${keys(workspace)}` +
        `[profile audit]\nrole_arn = ${addOperator(workspace, true)}\nsource_profile = base\n` +
        `mfa_serial = ${MFA}\n`,
    );

  it.skipIf(!hasTerminal())('a code of an MFA device is asked for once, at a terminal', async ({ open }) => {
    const workspace = await open({ organization: organizationOf(3) });
    workspace.sandbox.organization.addBucket('ledger');
    const profiles = await mfaProfiles(workspace);
    const command = 'keysweep sweep --apply --profile audit --ledger s3://ledger/team';
    const { code, stdout } = await inTerminal(command, profiles, [
      [`MFA code of ${MFA}:`, '12x\r'],
      ['six digits', '\u007f\u007f\u007f123456\r'],
      ['Type yes to revoke:', 'yes\r'],
    ]);
    expect(stdout).toContain('OK: all 4 accounts');
    expect(code).toBe(0);
    expect(statuses(workspace.sandbox.organization)).toEqual({ Inactive: 3 });
    const withCode = workspace.sandbox.calls
      .of('sts', 'AssumeRole')
      .filter(({ parameters }) => parameters.includes('TokenCode'));
    expect(withCode).toMatchObject([{ error: undefined, account: '999999999999' }]);
  });

  it.skipIf(!hasTerminal())('a refused code and Ctrl-C end the command', async ({ open }) => {
    const workspace = await open();
    const profiles = await mfaProfiles(workspace);
    const question = `MFA code of ${MFA}:`;
    const left = await inTerminal('keysweep plan --profile audit', profiles, [[question, '\u0003']]);
    expect(left.stdout).toContain('No MFA code was typed');
    expect(left.code).toBe(2);
    await inTerminal('keysweep plan --profile audit', profiles, [[question, '123456\r']]);
    const again = await inTerminal('keysweep plan --profile audit', profiles, [[question, '123456\r']]);
    expect(again.stdout).toContain('invalid MFA one time pass code');
    expect(again.code).toBe(1);
  });

  it.skipIf(!hasTerminal())('no code is asked for before the source has credentials', async ({ open }) => {
    const workspace = await open();
    const failing = `[profile base]\ncredential_process = sleep 2; echo no badge >&2; false\n`;
    const profiles = await withProfiles(
      workspace,
      `${failing}[profile audit]\nrole_arn = ${addOperator(workspace, true)}\nsource_profile = base\n` +
        `mfa_serial = ${MFA}\n`,
    );
    const { code, stdout } = await inTerminal('keysweep plan --profile audit', profiles);
    expect(stdout).toContain('The AWS profile "base" gives no credentials: Command failed: sleep 2');
    expect(stdout).not.toMatch(/MFA code of|node:internal|\n +at /);
    expect(code).toBe(2);
  });

  it('without a terminal, MFA is named with the way round', async ({ open }) => {
    const workspace = await open();
    const profiles = await mfaProfiles(workspace);
    const { code, stderr } = await inProcess('plan --profile audit', profiles);
    expect(stderr).toContain(`profile "audit" needs a code of the MFA device ${MFA}`);
    expect(stderr).toContain('aws configure export-credentials --profile audit --format env');
    expect(code).toBe(2);
    expect(workspace.sandbox.calls.all).toEqual([]);
  });
});

describe('--endpoint-url and the role of the profile', { timeout: 60_000 }, () => {
  const roleProfiles = async (workspace: Workspace) => {
    const config =
      `[profile base]\n${keys(workspace)}` +
      `[profile audit]\nrole_arn = ${addOperator(workspace)}\nsource_profile = base\n`;
    const profiles = await withProfiles(workspace, config);
    const named = Object.keys(profiles).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
    return { ...profiles, ...Object.fromEntries(named.map((name) => [name, ''])), AWS_PROFILE: 'audit' };
  };

  it('go to the same endpoint, as AWS_ENDPOINT_URL sends both', async ({ open }) => {
    const workspace = await open();
    const profiles = await roleProfiles(workspace);
    const { url } = workspace.sandbox;
    const option = await inProcess(`plan --endpoint-url ${url}`, profiles);
    expect(option).toMatchObject({ code: 0, stderr: '' });
    const variable = await inProcess('plan', { ...profiles, AWS_ENDPOINT_URL: url });
    expect(variable).toMatchObject({ code: 0, stderr: '' });
    const elsewhere = { ...profiles, AWS_ENDPOINT_URL: NOWHERE };
    expect((await workspace.runIn(`plan --endpoint-url ${url}`, elsewhere)).code).toBe(0);
  });

  it('do not, if AWS_ENDPOINT_URL_STS is set for it', async ({ open }) => {
    const workspace = await open();
    const profiles = { ...(await roleProfiles(workspace)), AWS_ENDPOINT_URL_STS: NOWHERE };
    const { code, stderr } = await workspace.runIn(`plan --endpoint-url ${workspace.sandbox.url}`, profiles);
    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:9');
  });
});

describe('an empty variable counts as unset', { timeout: 60_000 }, () => {
  it.for(['AWS_REGION', 'AWS_PROFILE', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL_STS', 'AWS_CA_BUNDLE'])(
    '%s',
    async (name, { open }) => {
      const { run } = await open();
      expect(await run('plan', { [name]: '' })).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('KEYSWEEP_LEDGER', async ({ open }) => {
    const { runIn, environment, folder } = await open();
    const { code, stderr } = await runIn('plan', { ...environment, KEYSWEEP_LEDGER: '' }, folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect((await runIn('runs', environment, folder)).stdout).toContain('plan');
  });
});
