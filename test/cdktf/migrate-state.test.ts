import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Deployment } from '../../src/config/deployment-schema.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { plainClients, present } from '../emulators/seeding.ts';
import { CENTRAL_ACCOUNT, deployableConfig, ORGANIZATION } from '../support/deployable-config.ts';
import { deployedStates } from './deployed-states.ts';
import { endpointOf } from './moto-organization.ts';
import { synthesised } from './synthesised.ts';
import { type StubProvider, startStubProvider } from './terraform/stub-provider.ts';
import { hasTerraform } from './terraform/terraform.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/**
 * The real Terraform and an S3 that we did not write. Terraform gets a provider that has only the schema, so
 * `init` and `state` work, and `apply` fails.
 */
const python = (await hasTerraform()) ? await pythonEnvironment() : undefined;

const PROGRAM = join(import.meta.dirname, 'terraform', 'deploy-here.ts');
const TSX = import.meta.resolve('tsx');
const STACKS = ['keysweep-ledger', 'keysweep-member-roles', 'keysweep-rotator'];
const BUCKET = { bucket: 'terraform-state', region: 'us-east-1' };

describe.skipIf(python === undefined)('from a state in files to one in S3', () => {
  let moto: Moto;
  let s3: S3Client;
  let provider: StubProvider;
  let temporary: string;
  beforeAll(async () => {
    moto = present(await borrowMoto());
    s3 = plainClients(endpointOf(moto)).s3;
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET.bucket }));
    temporary = mkdtempSync(join(tmpdir(), 'keysweep migrate '));
    const stacks = [...synthesised(deployableConfig()).values()];
    const types = (section: 'resource' | 'data') =>
      stacks.flatMap((stack) => Object.keys(stack[section] ?? {}));
    provider = await startStubProvider({ resources: types('resource'), dataSources: types('data') });
  });
  afterAll(async () => {
    await provider.close();
    await moto.close();
    rmSync(temporary, { recursive: true });
  });

  const environment = () => ({
    PATH: process.env.PATH,
    TMPDIR: temporary,
    CHECKPOINT_DISABLE: '1',
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_IN_AUTOMATION: 'true',
    ...moto.environment(),
    ...provider.environment,
  });

  /** A folder with an accounts.json, as on one machine. */
  function machine(name: string, state?: Deployment['state'] | typeof BUCKET): string {
    const folder = join(temporary, name);
    mkdirSync(folder, { recursive: true });
    const deployment = {
      account: CENTRAL_ACCOUNT,
      organizationId: ORGANIZATION,
      region: 'eu-central-1',
      state,
    };
    const config = { defaults: { groups: ['Developers', 'Administrators'] }, deployment };
    writeFileSync(join(folder, 'accounts.json'), JSON.stringify(config));
    return folder;
  }

  function writeStates(folder: string): void {
    for (const [stack, text] of deployedStates(deployableConfig()))
      writeFileSync(join(folder, `terraform.${stack}.tfstate`), text);
  }

  async function deploy(cwd: string, ...words: string[]): Promise<{ code: unknown; output: string }> {
    const args = ['--import', TSX, PROGRAM, 'deploy', ...words];
    const running = promisify(execFile)(process.execPath, args, { cwd, env: environment() });
    return running.then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (failed: unknown) => {
        const { code, stdout, stderr } = failed as { code: unknown; stdout: string; stderr: string };
        return { code, output: stdout + stderr };
      },
    );
  }

  function stateList(folder: string, stack: string): string[] {
    const args = [`-chdir=${join(folder, 'cdktf.out', 'stacks', stack)}`, 'state', 'list'];
    return execFileSync('terraform', args, { env: environment(), encoding: 'utf8' }).trim().split('\n');
  }

  async function keys(): Promise<(string | undefined)[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET.bucket }));
    return Contents.map(({ Key }) => Key);
  }

  it('moves every state with one command, which no deployment gets round', async () => {
    const first = machine('first');
    writeStates(first);
    // Terraform initialises each stack for its file, and remembers that.
    expect((await deploy(first)).code).toBe(1);
    machine('first', BUCKET);

    const refused = await deploy(first);
    expect(refused.code).toBe(2);
    expect(refused.output).toContain('has not been moved there. Run npm run deploy -- --migrate-state.');
    expect(await keys()).toEqual([]);

    const lock = { Bucket: BUCKET.bucket, Key: 'keysweep/keysweep-ledger.tfstate.tflock' };
    await s3.send(new PutObjectCommand({ ...lock, Body: '{"ID":"somebody"}' }));
    const locked = await deploy(first, '--migrate-state');
    expect(locked.code).toBe(1);
    expect(locked.output).toContain('state lock');
    expect(existsSync(join(first, 'terraform.keysweep-ledger.tfstate'))).toBe(true);
    await s3.send(new DeleteObjectCommand(lock));

    const moved = await deploy(first, '--migrate-state');
    expect(moved.output).toContain('Moved 3 to s3://terraform-state. Run npm run deploy');
    expect(moved.code).toBe(0);
    expect(await keys()).toEqual(STACKS.map((stack) => `keysweep/${stack}.tfstate`));
    expect(readdirSync(first).filter((file) => file.includes('tfstate'))).toEqual(
      STACKS.map((stack) => `terraform.${stack}.tfstate.migrated`),
    );
    expect(stateList(first, 'keysweep-ledger')).toEqual([
      'aws_kms_key.resource-1',
      'aws_s3_bucket.resource-0',
    ]);
    expect((await deploy(first, '--migrate-state')).output).toContain('Moved 0 to');
  });

  it('serves a second machine, but not one with an old file', async () => {
    const second = machine('second', BUCKET);
    const { code, output } = await deploy(second, 'keysweep-rotator');
    expect(output).toContain('has been successfully initialized');
    // The provider of this test cannot apply.
    expect(code).toBe(1);
    expect(stateList(second, 'keysweep-rotator')).toContain('aws_lambda_function.resource-2');

    const text = readFileSync(
      join(temporary, 'first', 'terraform.keysweep-rotator.tfstate.migrated'),
      'utf8',
    );
    const stale = text.replaceAll('keysweep-rotator', 'keysweep-older');
    writeFileSync(join(second, 'terraform.keysweep-rotator.tfstate'), stale);
    for (const words of [[], ['--migrate-state']]) {
      const refused = await deploy(second, ...words);
      expect(refused.code).toBe(2);
      expect(refused.output).toContain(
        'terraform.keysweep-rotator.tfstate and s3://terraform-state both have a state, and they differ',
      );
    }
  });

  it('finds a renamed deployment in the bucket', async () => {
    const renamed = machine('renamed', BUCKET);
    const file = join(renamed, 'accounts.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"region"', '"name":"sweeper","region"'));
    const { code, output } = await deploy(renamed);
    expect(code).toBe(2);
    expect(output).toContain('keysweep-member-roles, keysweep-rotator are deployed');
  });

  it('names a bucket that does not exist, and a missing setting', async () => {
    const { code, output } = await deploy(machine('nowhere', { ...BUCKET, bucket: 'not-made' }));
    expect(code).toBe(1);
    expect(output).toContain('NoSuchBucket');
    const without = await deploy(machine('without'), '--migrate-state');
    expect(without).toMatchObject({ code: 2 });
    expect(without.output).toContain('Set it first');
  });
});
