import type { TestProject } from 'vitest/node';
import { installPythonEnvironment } from './python.ts';

/**
 * Makes the Python environment before the first test. A contributor without Python loses the suites that need it and
 * is told so; in CI that is an error, because there no test may be skipped.
 */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('pythonBin', await pythonBin());
}

async function pythonBin(): Promise<string | undefined> {
  try {
    return await installPythonEnvironment();
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
    process.stderr.write(
      `Skipped: the suites that need moto, boto3 or the AWS CLI, for there is no Python environment (${reason})\n`,
    );
    return undefined;
  }
}
