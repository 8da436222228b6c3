import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadDeployment } from '../../cdktf/load-deployment.ts';
import { CENTRAL_ACCOUNT, deployableConfig, lockOf } from '../support/deployable-config.ts';
import { readModule, writtenModules } from './modules.ts';
import { type StackJson, synthesised } from './synthesised.ts';
import type { Place } from './terraform/mocked-plan.ts';
import { hasTerraform, hasTofu, startTerraform, type Terraform } from './terraform/terraform.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REPOSITORY = join(import.meta.dirname, '..', '..');
const EXAMPLE = join(REPOSITORY, 'docs', 'examples', 'terraform-module');

const bytes = 'a zip';
const zip = { bytes, sha256: createHash('sha256').update(bytes).digest('base64') };

const LEAKS = deployableConfig({
  config: { leaks: {} },
  deployment: { engine: 'step-functions', tags: { team: 'security' } },
});
const DIRECT = deployableConfig({ deployment: { memberRoles: 'direct' } });

const CENTRAL: Place = { account: CENTRAL_ACCOUNT, region: 'eu-central-1' };
const memberAccount = (account: string): Place => ({ ...CENTRAL, alias: `account_${account}`, account });

/** The modules with the places for which they were written, by hand. */
const MODULES = [
  ['ledger', LEAKS, [CENTRAL]],
  ['rotator', LEAKS, [CENTRAL, { ...CENTRAL, alias: 'us_east_1', region: 'us-east-1' }]],
  ['member-roles', LEAKS, [CENTRAL]],
  ['member-roles-001', DIRECT, [CENTRAL, ...['200000000000', '200000000001'].map(memberAccount)]],
] as const;

const WRONG = MODULES.flatMap(([name, config, places]) =>
  places.flatMap((place, at) => {
    const provider = place.alias === undefined ? 'aws' : `aws.${place.alias}`;
    return [
      [
        name,
        provider,
        `in the account ${place.account}`,
        config,
        places.with(at, { ...place, account: '999999999999' }),
      ],
      [
        name,
        provider,
        `in the Region ${place.region}`,
        config,
        places.with(at, { ...place, region: 'ap-south-1' }),
      ],
    ] as const;
  }),
);

/** What docs/deployment.md needs to sign the zip. */
const SIGNING = [
  'aws_s3_object',
  'aws_signer_signing_profile',
  'aws_signer_signing_job',
  'aws_lambda_code_signing_config',
];

const PROGRAMS = [
  ['terraform', await hasTerraform()],
  ['tofu', await hasTofu()],
] as const;

describe.each(PROGRAMS.filter(([, present]) => present))('what %s plans of a module', (program) => {
  let folder: string;
  const roots = new Map<object, string>();
  let terraform: Terraform;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keysweep-guards-'));
    roots.set(LEAKS, await writtenModules(folder, LEAKS, zip));
    roots.set(DIRECT, await writtenModules(folder, DIRECT, zip, lockOf(2)));
    const known = [...roots.values()].flatMap((root) =>
      readdirSync(join(root, 'keysweep')).map((name) => readModule(root, name).main as StackJson),
    );
    const subscriber = { protocol: 'email' as const, endpoint: 'security@example.com' };
    const example = synthesised(deployableConfig({ deployment: { notifications: [subscriber] } }));
    const signing = { resource: Object.fromEntries(SIGNING.map((type) => [type, {}])) };
    terraform = await startTerraform([...known, ...example.values(), signing], program);
  });
  afterAll(async () => {
    await terraform.close();
    rmSync(folder, { recursive: true });
  });
  const moduleOf = (config: object, name: string) => join(roots.get(config) ?? '', 'keysweep', name);

  it.each(MODULES)('%s, where its accounts.json says', async (name, config, providers) => {
    expect(await terraform.plan(moduleOf(config, name), { providers })).toEqual([]);
  });

  it.each(WRONG)('%s, unless %s is not %s', async (name, provider, where, config, providers) => {
    expect(await terraform.plan(moduleOf(config, name), { providers })).toEqual([
      `Resource postcondition failed: The provider ${provider} must be ${where}, as accounts.json says.`,
    ]);
  });

  it('rotator, unless its zip is another one, or there is none', async () => {
    const other = join(folder, 'other.zip');
    writeFileSync(other, 'another zip');
    const [, config, providers] = MODULES[1];
    const plan = (file: string) =>
      terraform.plan(moduleOf(config, 'rotator'), { providers, variables: { lambda_zip: file } });
    const same = join(folder, 'same.zip');
    writeFileSync(same, bytes);
    expect(await plan(same)).toEqual([]);
    const refused = await plan(other);
    expect(new Set(refused)).toEqual(
      new Set([expect.stringContaining('This zip was not written with this module')]),
    );
    expect((await plan(join(folder, 'none.zip'))).join()).toContain('no such file');
  });

  it('rotator, with the values of its variables', async () => {
    const [, config, providers] = MODULES[1];
    const tags = { team: 'on-call', cost: '17', 'keysweep:deployment': 'another' };
    const tagged = { team: 'security', cost: '17', 'keysweep:deployment': 'keysweep' };
    const condition = (memory: number, all: object) =>
      `\${aws_lambda_function.rotator.memory_size == ${memory} &&
        aws_lambda_function.rotator.tags == tomap(${JSON.stringify(all)})}`;
    const plan = (memory: number, all: object) =>
      terraform.plan(moduleOf(config, 'rotator'), {
        providers,
        variables: { memory_size: 512, tags },
        condition: condition(memory, all),
      });
    expect(await plan(512, tagged)).toEqual([]);
    expect((await plan(512, tags)).join()).toContain('Not true');
    expect((await plan(256, tagged)).join()).toContain('Not true');
  });

  it('rotator, with code that AWS Signer has signed', async () => {
    const [, config, providers] = MODULES[1];
    const signed = { bucket: 'code', key: 'signed/17.zip', code_signing_config_arn: 'arn:aws:lambda:::csc' };
    const isSigned = `aws_lambda_function.rotator.s3_bucket == "code" &&
      aws_lambda_function.rotator.s3_key == "signed/17.zip" &&
      aws_lambda_function.rotator.code_signing_config_arn == "arn:aws:lambda:::csc"`;
    const isOwn = `aws_lambda_function.rotator.filename == local.lambda_zip &&
      aws_lambda_function.rotator.source_code_hash == "${zip.sha256}"`;
    const plan = (signed_code: object | null, condition: string) =>
      terraform.plan(moduleOf(config, 'rotator'), {
        providers,
        variables: { signed_code },
        condition: `\${${condition}}`,
      });
    expect(await plan(signed, isSigned)).toEqual([]);
    expect(await plan(null, isOwn)).toEqual([]);
    expect((await plan({ bucket: 'code' }, isOwn)).join()).toContain('attributes');
  });

  it('the way to sign that docs/deployment.md shows', async () => {
    const guide = readFileSync(join(REPOSITORY, 'docs', 'deployment.md'), 'utf8');
    const [, hcl = ''] = /```hcl\n(resource "aws_s3_object" "zip".*?)```/s.exec(guide) ?? [];
    const root = mkdtempSync(join(folder, 'signing-'));
    cpSync(moduleOf(DIRECT, 'rotator'), join(root, 'keysweep', 'rotator'), { recursive: true });
    writeFileSync(join(root, 'main.tf'), hcl);
    expect(await terraform.formatting(root)).toBe('');
    expect(await terraform.validateRoot(root)).toEqual([]);
  });

  it('the example, in the account of accounts.example.json', async () => {
    const { config } = await loadDeployment(REPOSITORY, join(REPOSITORY, 'accounts.example.json'));
    const root = await writtenModules(folder, config, zip);
    cpSync(EXAMPLE, root, { recursive: true });
    const { account, region } = config.deployment;
    expect(await terraform.plan(root, { providers: [{ account, region }] })).toEqual([]);
    expect(await terraform.plan(root, { providers: [{ account: '999999999999', region }] })).toHaveLength(3);
  });
});
