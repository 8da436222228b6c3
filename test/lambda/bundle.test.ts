import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

import { bundleLambda } from '../../cdktf/bundle.ts';
import { describeFigures, measureLambda } from '../../scripts/lambda-figures.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** All imports of an entry, transitive and dynamic ones too. */
async function importsOf(entry: string): Promise<{ files: string[]; others: string[] }> {
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    outfile: 'imports.mjs',
  });
  const [output] = Object.values(metafile.outputs);
  return { files: Object.keys(metafile.inputs), others: output!.imports.map(({ path }) => path) };
}

/** `@smithy/core/retry` → `@smithy/core` */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the bundle of the Lambda', () => {
  it('contains the packages that a sweep needs, but no command and no sandbox', async () => {
    const { files, others } = await importsOf('src/lambda.ts');
    expect(files).toContain('src/sweep/run.ts');
    expect(files.filter((file) => /^src\/(sandbox|commands|cli)/.test(file))).toEqual([]);
    const packages = new Set(others.filter((path) => !isBuiltin(path)).map(packageOf));
    // Everything added here is loaded with every sweep.
    expect([...packages].sort()).toEqual([
      '@aws-lambda-powertools/logger',
      '@aws-lambda-powertools/metrics',
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-iam',
      '@aws-sdk/client-kms',
      '@aws-sdk/client-organizations',
      '@aws-sdk/client-resource-groups-tagging-api',
      '@aws-sdk/client-s3',
      '@aws-sdk/client-securityhub',
      '@aws-sdk/client-sesv2',
      '@aws-sdk/client-sfn',
      '@aws-sdk/client-sns',
      '@aws-sdk/client-sts',
      '@aws-sdk/core',
      '@smithy/core',
      '@smithy/node-http-handler',
      'croner',
      // For the report page, loaded when needed.
      'd3-array',
      'd3-scale',
      'd3-shape',
      'fastest-levenshtein',
      // Loaded when a proxy is set.
      'http-proxy-agent',
      'https-proxy-agent',
      'jsonc-parser',
      'p-limit',
      'p-throttle',
      'proxy-from-env',
      // For lines of the notice of leaked keys, which are those of a terminal.
      'string-width',
      'wrap-ansi',
      'zod',
    ]);
  });

  it('is one file that imports only Node modules, and does not contain the sandbox', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keysweep-bundle-'));
    const { file } = await bundleLambda(folder);
    const { others } = await importsOf(file);
    const source = await readFile(file, 'utf8');
    await rm(folder, { recursive: true });
    expect(others).toContain('node:path');
    expect(others.filter((path) => !isBuiltin(path))).toEqual([]);
    // A setting mentions the sandbox of Amazon SES.
    expect(source).not.toMatch(/_sandbox|sandbox-|commander/i);
  });

  it('is small and quick to load', async () => {
    const figures = await measureLambda(3);
    process.stdout.write(`${describeFigures(figures)}\n`);
    // `import { z }` would add all languages of zod: 350 KB.
    expect(figures.rawBytes).toBeLessThan(1_200_000);
    // 40 KB of it for findings of Security Hub, whose client describes every resource of AWS.
    expect(figures.zipBytes).toBeLessThan(393_000);
    expect(figures.importMilliseconds[0]).toBeLessThan(1_000);
  });
});
