import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, TerraformResource, TerraformStack } from 'cdktf';
import { makeModule } from './make-module.ts';
import { readme } from './readme.ts';
import { stackSchema, type StackJson } from './stack-json.ts';
import { ZIP_FILE } from './variables.ts';

/**
 * Writes each stack as a module of Terraform, for a root module of the user's own.
 * @param app was synthesised
 * @param prefix of the names of the stacks, which the modules do without
 */
export async function writeModules(app: App, prefix: string, folder: string): Promise<void> {
  for (const stack of app.node.children.filter((each) => each instanceof TerraformStack)) {
    const written = join(app.outdir, 'stacks', stack.node.id);
    const json = stackSchema.parse(JSON.parse(await readFile(join(written, 'cdk.tf.json'), 'utf8')));
    const name = stack.node.id.replace(`${prefix}-`, '');
    await writeModule(join(folder, name), name, json, taggableTypes(stack));
    await copyZip(json, written, join(folder, name));
  }
}

async function writeModule(
  folder: string,
  name: string,
  stack: StackJson,
  taggable: ReadonlySet<string>,
): Promise<void> {
  const module = makeModule(stack, taggable);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries<Readonly<Record<string, object>>>({ ...module }))
    await writeFile(join(folder, `${file}.tf.json`), fileText(content));
  await writeFile(join(folder, 'README.md'), readme(name, stack, module));
}

/** Terraform refuses a kind of block without one. */
function fileText(blocks: Readonly<Record<string, object>>): string {
  const present = Object.entries(blocks).filter(([, named]) => Object.keys(named).length > 0);
  return `${JSON.stringify(Object.fromEntries(present), undefined, 2)}\n`;
}

/** The bindings of these have the argument, whether or not it is given. */
export function taggableTypes(stack: TerraformStack): ReadonlySet<string> {
  const resources = stack.node.findAll().filter((node) => node instanceof TerraformResource);
  return new Set(resources.filter((one) => 'tagsInput' in one).map((one) => one.terraformResourceType));
}

async function copyZip({ resource }: StackJson, from: string, to: string): Promise<void> {
  const filename = Object.values(resource.aws_lambda_function ?? {})[0]?.filename;
  if (typeof filename === 'string') await copyFile(join(from, filename), join(to, ZIP_FILE));
}
