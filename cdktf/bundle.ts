import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Zippable, zipSync } from 'fflate';

import { dropProxyExtras } from './drop-proxy-extras.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const LAMBDA_ENTRY = fileURLToPath(new URL('../src/lambda.ts', import.meta.url));

/** Lambda finds the handler `lambda.handler` in it; `.mjs` makes it an ES module. */
export const BUNDLE_FILE = 'lambda.mjs';

/**
 * Bundles the rotator into one file without dependencies.
 * @param outDir created if missing
 * @param entry exports `handler`
 * @throws esbuild's BuildFailure when the source does not compile
 */
export async function bundleLambda(outDir: string, entry: string = LAMBDA_ENTRY): Promise<{ file: string }> {
  const file = join(outDir, BUNDLE_FILE);
  await mkdir(outDir, { recursive: true });
  await writeFile(file, await bundledSource(entry));
  return { file };
}

export interface LambdaZip {
  readonly file: string;
  /** Base64, as Terraform compares it. */
  readonly sha256: string;
}

/**
 * The Lambda's zip, reproducible: the same source and accounts.json give the same bytes on every machine, so
 * an unchanged rotator is not deployed again.
 * @param accountsJson the text of the accounts.json that the rotator reads
 */
export async function zipLambda(accountsJson: string, entry: string = LAMBDA_ENTRY): Promise<Uint8Array> {
  return zipFiles({
    'accounts.json': new TextEncoder().encode(accountsJson),
    [BUNDLE_FILE]: await bundledSource(entry),
  });
}

/** @param folder must exist */
export async function writeZip(
  folder: string,
  accountsJson: string,
  entry: string = LAMBDA_ENTRY,
): Promise<LambdaZip> {
  const bytes = await zipLambda(accountsJson, entry);
  const file = join(folder, 'keysweep.zip');
  await writeFile(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('base64') };
}

async function bundledSource(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: REPOSITORY,
    outfile: BUNDLE_FILE,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module builds of the SDK: half the size, and without `require`, which an ES module cannot call.
    mainFields: ['module', 'main'],
    minify: true,
    // A tsconfig.json beside the source must not change the bytes.
    tsconfigRaw: {},
    // Licence comments may contain the path of their file.
    legalComments: 'none',
    plugins: [dropUnusedSchemas, dropProxyExtras],
    logLevel: 'silent',
  });
  const [source] = outputFiles;
  if (source === undefined) throw new Error(`esbuild produced no file from ${entry}`);
  return source.contents;
}

/**
 * The schemas of the SDK have keys such as `[_h]`, of constants. esbuild keeps what has a computed key, and
 * all that it refers to, so it is given the strings: a tenth of the bundle would be unused.
 */
const dropUnusedSchemas: Plugin = {
  name: 'drop-unused-schemas',
  setup: (bundling) => {
    bundling.onLoad({ filter: /[/\\]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withoutComputedKeys(await readFile(path, 'utf8')),
    }));
  },
};

function withoutComputedKeys(source: string): string {
  const constants = source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm);
  const texts = new Map(Array.from(constants, ([, name, text]) => [name, text]));
  return source.replaceAll(/\[(\w+)\]:/g, (key, name: string) =>
    texts.has(name) ? `${texts.get(name)}:` : key,
  );
}

/**
 * With fflate instead of node:zlib: written in JavaScript, it gives the same bytes on every Node and
 * processor.
 */
function zipFiles(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name];
    // Zip dates start in 1980, in local time.
    if (content !== undefined)
      entries[name] = [content, { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries, { level: 9 });
}
