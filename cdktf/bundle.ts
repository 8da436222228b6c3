import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { dropUnusedPackages } from './drop-unused-packages.ts';
import { BUNDLE_FILE } from './lambda-zip.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const LAMBDA_ENTRY = fileURLToPath(new URL('../src/lambda.ts', import.meta.url));

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

/** The Lambda's program. @param entry exports `handler` */
export async function bundledSource(entry: string = LAMBDA_ENTRY): Promise<Uint8Array> {
  return (await describedSource(entry)).source;
}

/** The Lambda's program, and what is in it. */
export async function describedSource(
  entry: string = LAMBDA_ENTRY,
): Promise<{ source: Uint8Array; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: REPOSITORY,
    outfile: BUNDLE_FILE,
    write: false,
    metafile: true,
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
    plugins: [dropUnusedSchemas, dropUnusedPackages],
    logLevel: 'silent',
  });
  const [source] = outputFiles;
  if (source === undefined) throw new Error(`esbuild produced no file from ${entry}`);
  return { source: source.contents, metafile };
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
