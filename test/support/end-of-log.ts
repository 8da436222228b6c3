import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

import type { Reporter, SerializedError, TestModule } from 'vitest/node';

const SLOWEST = 10;

/**
 * Ends a run with its slowest files and, last of all, a line for each failure: its file, its name and the
 * reason. .ci/run prints the same at its end, from the file.
 */
export class EndOfLog implements Reporter {
  private readonly file: string;
  private startedAt = 0;

  /** @param options.outputFile for the lines, relative to the working directory */
  constructor({ outputFile }: { readonly outputFile: string }) {
    this.file = outputFile;
  }

  onTestRunStart(): void {
    this.startedAt = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const wall = performance.now() - this.startedAt;
    const lines = [...slowest(modules, wall), ...failures(modules, unhandled)].join('\n');
    mkdirSync('coverage', { recursive: true });
    writeFileSync(this.file, `${lines}\n`);
    process.stdout.write(`\n${lines}\n`);
  }
}

/** Imports, hooks and tests: all the time of a worker for a file. */
function secondsOf(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  const parts = [environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration];
  return parts.reduce((sum, part) => sum + part, 0) / 1000;
}

function slowest(modules: readonly TestModule[], wall: number): string[] {
  const timed = modules.map((module) => ({ file: fileOf(module), seconds: secondsOf(module) }));
  const sum = timed.reduce((total, { seconds }) => total + seconds, 0);
  const first = timed.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  return [
    `Slowest of ${timed.length} test files, which took ${(wall / 1000).toFixed(0)} s, ` +
      `${sum.toFixed(0)} s in their workers:`,
    ...first.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`),
  ];
}

function failures(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string[] {
  const lines = modules.flatMap((module) => [
    ...module.errors().map((error) => `${fileOf(module)}: ${reasonOf(error)}`),
    ...[...module.children.allSuites()].flatMap((suite) =>
      suite.errors().map((error) => `${fileOf(module)} > ${suite.fullName}: ${reasonOf(error)}`),
    ),
    ...[...module.children.allTests('failed')].map(
      (test) => `${fileOf(module)} > ${test.fullName}: ${reasonOf(test.result().errors?.[0])}`,
    ),
  ]);
  const outside = unhandled.map((error) => `outside every test: ${reasonOf(error)}`);
  const all = [...lines, ...outside];
  return all.length === 0 ? [] : [`Failed: ${all.length}`, ...all.map((line) => `  FAILED ${line}`)];
}

function fileOf({ moduleId }: TestModule): string {
  return relative(process.cwd(), moduleId);
}

function reasonOf(error: { readonly message: string } | undefined): string {
  return (
    error?.message
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'no reason given'
  );
}
