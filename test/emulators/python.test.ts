import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pythonEnvironment } from './python.ts';

const run = promisify(execFile);
const python = await pythonEnvironment();

describe.skipIf(python === undefined)('the Python environment', () => {
  it.each([
    ['python', ['-c', 'import boto3, moto; print(boto3.__version__, moto.__version__)'], /^1\.44\.5 5\.2\.3/],
    ['aws', ['--version'], /^aws-cli\/1\.46\.3 /],
  ])('has %s', async (name, args, version) => {
    const { stdout } = await run(python?.bin(name) ?? '', args);
    expect(stdout).toMatch(version);
  });
});
