import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadDeployment } from '../../cdktf/load-deployment.ts';
import { makeModule } from '../../cdktf/modules/make-module.ts';
import { stackSchema } from '../../cdktf/modules/stack-json.ts';
import { deployableConfig, lockOf } from '../support/deployable-config.ts';
import { combinations } from './combinations.ts';
import { readModule, resolvedResources, stackResources, writtenModules } from './modules.ts';
import { type Json, shapeOf, type StackJson, synthesised } from './synthesised.ts';
import { schemaOf } from './terraform/schema.ts';
import { hasTerraform, hasTofu, startTerraform, type Terraform } from './terraform/terraform.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const REPOSITORY = join(import.meta.dirname, '..', '..');
const EXAMPLE = join(REPOSITORY, 'docs', 'examples', 'terraform-module');

const bytes = 'a zip';
const zip = { bytes, sha256: createHash('sha256').update(bytes).digest('base64') };

/** With rules for leaked keys, one of them in another Region, and everything else that is optional. */
const EVERYTHING = deployableConfig({
  config: {
    leaks: {},
    inventory: { schedule: 'cron(0 6 ? * MON *)' },
    notices: { topic: { subscribers: [] } },
    scope: { managementAccount: true },
  },
  deployment: { engine: 'step-functions', tags: { team: 'security' } },
});
/** Has the resource type of the example. */
const WITH_SUBSCRIBER = deployableConfig({
  deployment: { notifications: [{ protocol: 'email', endpoint: 'security@example.com' }] },
});
const DIRECT = deployableConfig({ deployment: { memberRoles: 'direct' } });

const hasTerraformDocs = await installed('terraform-docs');

let folder: string;
let everything: string;
let direct: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keysweep-modules-'));
  everything = await writtenModules(folder, EVERYTHING, zip);
  direct = await writtenModules(folder, DIRECT, zip, lockOf(2));
});
afterAll(() => rmSync(folder, { recursive: true }));

function taggable(types: Iterable<string>): Set<string> {
  const hasTags = (type: string) =>
    schemaOf({ kind: 'resource', type }).attributes.some(({ name }) => name === 'tags');
  return new Set([...types].filter(hasTags));
}

describe('a module', () => {
  // validate.test.ts writes all combinations; three is coprime to two, so each setting is here, on and off.
  it('with its default values is the stack of the same accounts.json, in every third combination', () => {
    const chosen = combinations().filter((_, index) => index % 3 === 0);
    const stacks = chosen.flatMap(({ config, lock }) => [...synthesised(config, lock).values()]);
    const shapes = new Map(stacks.map((stack) => [shapeOf(stack as Json), stack]));
    for (const stack of shapes.values()) {
      const module = makeModule(stackSchema.parse(stack), new Set());
      const filename = Object.values(stack.resource?.aws_lambda_function ?? {})[0]?.filename;
      expect(resolvedResources(module, filename as string)).toEqual(stackResources(stack));
      expect(module.main.data).toMatchObject(withoutNotes(stack.data ?? {}));
    }
    expect(shapes.size).toBeGreaterThan(20);
  });

  it('says the tags that the provider of the stack adds, at what can have tags', () => {
    for (const name of ['ledger', 'rotator', 'member-roles']) {
      const { locals, resource } = readModule(everything, name).main;
      expect(locals).toMatchObject({
        tags: '${merge(var.tags, {"keysweep:deployment":"keysweep","team":"security"})}',
      });
      const tagged = Object.entries(resource).filter(([, named]) =>
        Object.values(named).every(({ tags }) => tags === '${local.tags}'),
      );
      expect(new Set(tagged.map(([type]) => type))).toEqual(taggable(Object.keys(resource)));
    }
  });

  it('accepts only the zip that was written with it', () => {
    const { resource } = readModule(everything, 'rotator').main;
    const functions = Object.values(resource.aws_lambda_function ?? {});
    expect(functions).toHaveLength(3);
    const condition = `\${filebase64sha256(local.lambda_zip) == "${zip.sha256}"}`;
    for (const each of functions)
      expect(each).toMatchObject({ lifecycle: { precondition: [{ condition }] } });
    expect(readFileSync(join(everything, 'keysweep', 'rotator', 'keysweep.zip'), 'utf8')).toBe(bytes);
  });

  it('refuses a provider of another account or Region', () => {
    const data = readModule(direct, 'member-roles-001').main.data;
    const guard = (type: string, id: string) => data[type]?.[id];
    expect(guard('aws_caller_identity', 'account_200000000001')).toMatchObject({
      provider: 'aws.account_200000000001',
      lifecycle: { postcondition: [{ condition: '${self.account_id == "200000000001"}' }] },
    });
    expect(guard('aws_region', 'current')).toMatchObject({
      lifecycle: { postcondition: [{ condition: '${self.region == "eu-central-1"}' }] },
    });
  });

  it('has neither backend nor provider', () => {
    for (const root of [everything, direct])
      for (const name of readdirSync(join(root, 'keysweep'))) {
        const { versions, main } = readModule(root, name);
        expect(Object.keys(versions.terraform)).toEqual(['required_version', 'required_providers']);
        expect(Object.keys(main)).toEqual(['locals', 'resource', 'data']);
      }
  });
});

describe('the README of a module', () => {
  it.each(['ledger', 'rotator', 'member-roles'])('of %s has what its files have', (name) => {
    const { main, variables, outputs } = readModule(everything, name);
    const text = readFileSync(join(everything, 'keysweep', name, 'README.md'), 'utf8');
    const docs = text.slice(text.indexOf('<!-- BEGIN_TF_DOCS -->'), text.indexOf('<!-- END_TF_DOCS -->'));
    const named = (kind: string) =>
      [...docs.matchAll(new RegExp(`<a name="${kind}_(\\w+)">`, 'g'))].map(([, id]) => id);
    expect(named('input')).toEqual(Object.keys(variables.variable).sort());
    expect(named('output')).toEqual(Object.keys(outputs.output).sort());
    for (const { description } of [...Object.values(variables.variable), ...Object.values(outputs.output)])
      expect(docs).toContain(`| ${description} |`);
    const objects = [main.resource, main.data].flatMap((of) =>
      Object.entries(of).flatMap(([type, each]) => Object.keys(each).map((id) => `${type}.${id}`)),
    );
    const listed = [...docs.matchAll(/^\| \[([\w.-]+)\]\(https:/gm)].map(([, address]) => address);
    expect(listed.toSorted()).toEqual(objects.sort());
  });

  it.skipIf(!hasTerraformDocs)('is what terraform-docs writes', async () => {
    for (const [root, name] of [
      [everything, 'rotator'],
      [direct, 'member-roles-001'],
    ] as const) {
      const module = join(root, 'keysweep', name);
      const before = readFileSync(join(module, 'README.md'), 'utf8');
      const options = ['markdown', 'table', '--output-file', 'README.md', '--lockfile=false', '.'];
      await promisify(execFile)('terraform-docs', options, { cwd: module });
      expect(readFileSync(join(module, 'README.md'), 'utf8')).toBe(before);
    }
  });
});

const PROGRAMS = [
  ['terraform', await hasTerraform()],
  ['tofu', await hasTofu()],
] as const;

describe.each(PROGRAMS)('%s', (program, present) => {
  describe.skipIf(!present)('validates', () => {
    let terraform: Terraform;
    beforeAll(async () => {
      const known: StackJson[] = [everything, direct].flatMap((root) =>
        readdirSync(join(root, 'keysweep')).map((name) => readModule(root, name).main as StackJson),
      );
      terraform = await startTerraform([...known, ...synthesised(WITH_SUBSCRIBER).values()], program);
    });
    afterAll(() => terraform.close());

    it.each([
      ['ledger', () => everything],
      ['rotator', () => everything],
      ['member-roles', () => everything],
      ['member-roles-001', () => direct],
    ])('the usage in the README of %s', async (name, root) => {
      const main = usage(root(), name);
      expect(await terraform.formatting(main)).toBe('');
      expect(await terraform.validateRoot(main)).toEqual([]);
    });

    it('the example, with the modules of accounts.example.json', async () => {
      const { config } = await loadDeployment(REPOSITORY, join(REPOSITORY, 'accounts.example.json'));
      const root = await writtenModules(folder, config, zip);
      cpSync(EXAMPLE, root, { recursive: true });
      expect(await terraform.formatting(root)).toBe('');
      expect(await terraform.validateRoot(root)).toEqual([]);
      const file = join(root, 'main.tf');
      writeFileSync(file, readFileSync(file, 'utf8').replace('alarm_topic_arn', 'alarms_arn'));
      expect((await terraform.validateRoot(root)).join()).toContain('Unsupported attribute');
    });

    it('a module whose accounts are all removed', async () => {
      const accounts = lockOf(1).accounts.map((one) => ({ ...one, removed: true as const }));
      const lock = { ...lockOf(1), accounts };
      const root = await writtenModules(folder, DIRECT, zip, lock);
      expect(await terraform.validateRoot(usage(root, 'member-roles-001'))).toEqual([]);
    });

    it('and finds a provider that is missing, and one that is unknown', async () => {
      const missing = usage(direct, 'member-roles-001', (hcl) => hcl.replace(/^ +aws\.account_.*\n/m, ''));
      expect((await terraform.validateRoot(missing)).join()).toContain(
        'Missing required provider configuration',
      );
      const unknown = usage(everything, 'ledger', (hcl) => hcl.replace('source', 'memory = 1\n  source'));
      expect((await terraform.validateRoot(unknown)).join()).toContain('Unsupported argument');
    });
  });
});

/** A root module of what a README says. */
function usage(root: string, name: string, change = (hcl: string) => hcl): string {
  const text = readFileSync(join(root, 'keysweep', name, 'README.md'), 'utf8');
  const hcl = /```hcl\n(.*?)```/s.exec(text)?.[1] ?? '';
  const main = mkdtempSync(join(folder, 'usage-'));
  mkdirSync(join(main, 'keysweep'));
  cpSync(join(root, 'keysweep', name), join(main, 'keysweep', name), { recursive: true });
  writeFileSync(join(main, 'main.tf'), change(hcl));
  return main;
}

function installed(program: string): Promise<boolean> {
  return promisify(execFile)(program, ['--version']).then(
    () => true,
    () => false,
  );
}

function withoutNotes(data: NonNullable<StackJson['data']>): object {
  return JSON.parse(JSON.stringify(data, (key, value: Json) => (key === '//' ? undefined : value))) as object;
}
