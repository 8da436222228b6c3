import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundledSource, bundleLambda } from '../../cdktf/bundle.ts';
import { zipLambda } from '../../cdktf/lambda-zip.ts';

const run = promisify(execFile);
const STAND_IN = fileURLToPath(new URL('stand-in-lambda.ts', import.meta.url));
const BUNDLE_MODULE = new URL('../../cdktf/bundle.ts', import.meta.url).href;
const ZIP_MODULE = new URL('../../cdktf/lambda-zip.ts', import.meta.url).href;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('the Lambda bundle', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keysweep bundle '));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('runs in a Node process without node_modules', async () => {
    const { file } = await bundleLambda(join(folder, 'out'), STAND_IN);
    const script = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      process.stdout.write(JSON.stringify(await handler({ region: 'eu-central-1' })));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      env: {},
    });
    expect(JSON.parse(stdout)).toEqual({ region: 'eu-central-1', answer: 42 });
  });

  it('contains no path of the build machine', async () => {
    const { file } = await bundleLambda(join(folder, 'out'), STAND_IN);
    const source = await readFile(file, 'utf8');
    expect(source).not.toContain('node_modules');
    expect(source).not.toContain(process.cwd());
  });
});

describe('the Lambda zip', () => {
  it('contains only the bundle and accounts.json', async () => {
    const files = unzipSync(zipLambda('{"defaults":{}}', await bundledSource(STAND_IN)));
    expect(Object.keys(files)).toEqual(['accounts.json', 'lambda.mjs']);
    expect(strFromU8(files['accounts.json'] ?? new Uint8Array())).toBe('{"defaults":{}}');
  });

  it('changes with accounts.json', async () => {
    const bundle = await bundledSource(STAND_IN);
    expect(sha256(zipLambda('{}', bundle))).not.toBe(sha256(zipLambda('{ }', bundle)));
  });

  it.each(['Pacific/Kiritimati', 'America/New_York'])(
    'has the same bytes in another process, folder and time zone (%s)',
    async (zone) => {
      const script = `const { bundledSource } = await import(${JSON.stringify(BUNDLE_MODULE)});
        const { zipLambda } = await import(${JSON.stringify(ZIP_MODULE)});
        const zip = zipLambda('{}', await bundledSource(${JSON.stringify(STAND_IN)}));
        process.stdout.write(Buffer.from(zip).toString('base64'));`;
      const tsx = import.meta.resolve('tsx');
      const { stdout } = await run(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
        cwd: tmpdir(),
        env: { TZ: zone },
        maxBuffer: 64 * 1024 * 1024,
      });
      expect(sha256(Buffer.from(stdout, 'base64'))).toBe(
        sha256(zipLambda('{}', await bundledSource(STAND_IN))),
      );
    },
  );
});
