import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { bundledSource, bundleLambda } from '../cdktf/bundle.ts';
import { zipLambda } from '../cdktf/lambda-zip.ts';

export interface LambdaFigures {
  readonly rawBytes: number;
  /** With an accounts.json of two bytes. */
  readonly zipBytes: number;
  /** Processor time of the import in a new process: shortest, median and longest. */
  readonly importMilliseconds: readonly [number, number, number];
}

/**
 * Measures the deployed bundle, without Lambda's own start of the process.
 * @param imports number of new processes, one after the other; odd
 */
export async function measureLambda(imports: number): Promise<LambdaFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-figures-'));
  try {
    const { file } = await bundleLambda(folder);
    const times: number[] = [];
    for (let index = 0; index < imports; index += 1) times.push(await importTime(file));
    times.sort((a, b) => a - b);
    return {
      rawBytes: (await stat(file)).size,
      zipBytes: zipLambda('{}', await bundledSource()).length,
      importMilliseconds: [times[0] ?? NaN, times[(imports - 1) / 2] ?? NaN, times.at(-1) ?? NaN],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function describeFigures({ rawBytes, zipBytes, importMilliseconds }: LambdaFigures): string {
  const [shortest, median, longest] = importMilliseconds.map(Math.round);
  const size = (bytes: number): string => `${Math.round(bytes / 1000)} KB`;
  return (
    `Lambda bundle: ${size(rawBytes)}, zip ${size(zipBytes)}, ` +
    `import ${median} ms of processor time (${shortest} to ${longest}) on Node ${process.versions.node}`
  );
}

async function importTime(file: string): Promise<number> {
  const script = `const before = process.cpuUsage();
    const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
    if (typeof handler !== 'function') throw new Error('the bundle has no handler');
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1000));`;
  // Only what the module reads, nothing of the developer's environment.
  const env = { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'keysweep-rotator' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env,
  });
  return Number(stdout);
}
