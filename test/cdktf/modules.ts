import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformModule } from '../../cdktf/modules/make-module.ts';
import { writeModules } from '../../cdktf/modules/write-modules.ts';
import { deploymentApp } from '../../cdktf/synthesise.ts';
import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment/names.ts';
import type { Json, JsonObject, StackJson } from './synthesised.ts';

/** @returns a folder with the modules of a deployment in `keysweep` */
export async function writtenModules(
  parent: string,
  config: DeployableConfig,
  zip: { readonly bytes: string; readonly sha256: string },
  lock?: AccountsLock,
): Promise<string> {
  const root = mkdtempSync(join(parent, 'root-'));
  const file = join(root, 'keysweep.zip');
  writeFileSync(file, zip.bytes);
  const app = deploymentApp({ config, lock }, { file, sha256: zip.sha256 }, join(root, 'out'));
  app.synth();
  await writeModules(app, config.deployment.name, join(root, 'keysweep'));
  return root;
}

export function readModule(root: string, name: string): TerraformModule {
  const file = (part: string): never =>
    JSON.parse(readFileSync(join(root, 'keysweep', name, `${part}.tf.json`), 'utf8')) as never;
  return {
    versions: file('versions'),
    variables: file('variables'),
    main: file('main'),
    outputs: file('outputs'),
  };
}

type Resources = NonNullable<StackJson['resource']>;

/**
 * The resources of a module as Terraform would see them with the default of each variable, but for tags,
 * and with the zip where the stack has it.
 */
export function resolvedResources(
  { main, variables }: TerraformModule,
  filename: string | undefined,
): Resources {
  return mapResources(main.resource as Resources, ({ tags: _tags, ...resource }) => {
    if (resource.filename !== '${var.signed_code == null ? local.lambda_zip : null}') return resource;
    if (resource.memory_size !== '${var.memory_size}') throw new Error('The memory is no variable');
    const size = variables.variable.memory_size?.default as number;
    const { lifecycle, ...unsigned } = resource;
    if (lifecycle === undefined) throw new Error('The zip is not checked');
    const rest = withoutSigned(unsigned);
    const [, hash = ''] = /== null \? "(.*)" : null/.exec(rest.source_code_hash as string) ?? [];
    return { ...rest, filename: filename ?? '', source_code_hash: hash, memory_size: size };
  });
}

/** Without what is null by default. */
function withoutSigned(resource: JsonObject): JsonObject {
  const isNull = (value: Json) =>
    typeof value === 'string' && /^\$\{try\(var\.signed_code\.\w+, null\)\}$/.test(value);
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => !isNull(value)));
}

/** The resources of a stack without tags, which its provider adds, and without the notes of cdktf. */
export function stackResources({ resource = {} }: StackJson): Resources {
  return mapResources(resource, ({ '//': _notes, tags: _tags, ...rest }) => rest);
}

function mapResources(resources: Resources, change: (resource: JsonObject) => JsonObject): Resources {
  return Object.fromEntries(
    Object.entries(resources).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([id, resource]) => [id, change(resource)])),
    ]),
  );
}
