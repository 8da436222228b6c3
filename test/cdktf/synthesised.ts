import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentApp } from '../../cdktf/synthesise.ts';
import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment/names.ts';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** The parts of a written stack that the tests read. */
export interface StackJson {
  readonly provider?: Readonly<Record<string, JsonObject[]>>;
  readonly terraform?: JsonObject;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

export type Stacks = ReadonlyMap<string, StackJson>;

const written = new Map<string, ReadonlyMap<string, string>>();

/**
 * All stacks of a deployment by name, written and read back. The tests of a worker share the files of a
 * configuration, but each gets its own copy.
 */
export function synthesised(config: DeployableConfig, lock?: AccountsLock): Stacks {
  const key = JSON.stringify([config, lock]);
  const texts = written.get(key) ?? withoutTraces(() => writeStacks(config, lock));
  written.set(key, texts);
  return new Map([...texts].map(([name, text]) => [name, JSON.parse(text) as StackJson]));
}

function writeStacks(config: DeployableConfig, lock?: AccountsLock): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-synth-'));
  try {
    const file = join(folder, 'keysweep.zip');
    writeFileSync(file, 'a zip');
    deploymentApp({ config, lock }, { file, sha256: 'sha256' }, join(folder, 'out')).synth();
    const stacks = join(folder, 'out', 'stacks');
    return new Map(
      readdirSync(stacks).map((name) => [name, readFileSync(join(stacks, name, 'cdk.tf.json'), 'utf8')]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * cdktf records the stack trace of each token, which takes half of the time; the tests do not need it.
 */
function withoutTraces<Result>(make: () => Result): Result {
  const before: unknown = Reflect.get(Error, 'prepareStackTrace');
  Error.prepareStackTrace = () => '';
  try {
    return make();
  } finally {
    Reflect.set(Error, 'prepareStackTrace', before);
  }
}

export function only(stack: StackJson | undefined, type: string): JsonObject {
  const found = allOf(stack, type);
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} resources of type ${type}`);
  return found[0];
}

export function allOf(stack: StackJson | undefined, type: string): JsonObject[] {
  return Object.values(stack?.resource?.[type] ?? {});
}

export function textOf(resource: JsonObject | undefined, name: string): string {
  const value = resource?.[name];
  if (typeof value !== 'string') throw new Error(`${name} is not a string`);
  return value;
}

export function documentOf(resource: JsonObject, name: string): { readonly Statement: JsonObject[] } {
  return JSON.parse(textOf(resource, name)) as { Statement: JsonObject[] };
}

/** The shape of a stack: every string in it is reduced to its references. */
export function shapeOf(stack: Json): string {
  return JSON.stringify(stack, (_, value: Json) =>
    typeof value === 'string' ? [...value.matchAll(/(?<!\$)\$\{[^}]*\}/g)].join() : value,
  );
}
