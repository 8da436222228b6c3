import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Zippable, zipSync } from 'fflate';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const LAMBDA_ENTRY = fileURLToPath(new URL('../src/lambda.ts', import.meta.url));

/** The file of the bundle, which Lambda knows as the handler `lambda.handler`; `.mjs` makes it an ES module. */
export const BUNDLE_FILE = 'lambda.mjs';

/**
 * Builds the rotator into one file that needs nothing beside it.
 *
 * @param outDir folder that gets `lambda.mjs`; made when it is missing
 * @param entry the TypeScript file that exports `handler`
 * @returns the path of the file that was written
 * @throws esbuild's BuildFailure when the source does not compile
 */
export async function bundleLambda(outDir: string, entry: string = LAMBDA_ENTRY): Promise<{ file: string }> {
  const file = join(outDir, BUNDLE_FILE);
  await mkdir(outDir, { recursive: true });
  await writeFile(file, await bundledSource(entry));
  return { file };
}

/** The Lambda's zip, written to disk. */
export interface LambdaZip {
  readonly file: string;
  /** As Terraform compares it: base64. */
  readonly sha256: string;
}

/**
 * The Lambda's zip. The same source and accounts.json give the same bytes on every machine and at every time, so an
 * unchanged rotator is never deployed again.
 *
 * @param accountsJson the text of accounts.json, which the rotator reads beside its own file
 */
export async function zipLambda(accountsJson: string, entry: string = LAMBDA_ENTRY): Promise<Uint8Array> {
  return zipFiles({
    'accounts.json': new TextEncoder().encode(accountsJson),
    [BUNDLE_FILE]: await bundledSource(entry),
  });
}

/** Writes {@link zipLambda} into a folder that exists. */
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
    // The ES module builds of the SDK: smaller by half, and no `require` is left that an ES module could not call.
    mainFields: ['module', 'main'],
    minify: true,
    // An ES module is strict by itself; what lies beside the source must not change the bytes.
    tsconfigRaw: {},
    // A licence comment may name the path of the file that it stood in.
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [source] = outputFiles;
  if (source === undefined) throw new Error(`esbuild made no file from ${entry}`);
  return source.contents;
}

/** fflate and not node:zlib: its deflate is JavaScript, so neither the Node version nor the processor changes the bytes. */
function zipFiles(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name];
    // The zip format counts from 1980 in local time, so the date is a local one too.
    if (content !== undefined)
      entries[name] = [content, { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries, { level: 9 });
}
