import { spawnSync } from 'node:child_process';

/**
 * The processor time, user and system, of new processes, one after the other.
 * @returns milliseconds, sorted
 * @throws Error if the command cannot be run or fails
 */
export function processorTimes(command: readonly string[], runs: number): readonly number[] {
  return Array.from({ length: runs }, () => processorTime(command)).sort((a, b) => a - b);
}

/** The second line of `times` is that of the processes for which the shell waited. */
function processorTime(command: readonly string[]): number {
  const script = '"$@" >/dev/null 2>&1 || exit; times';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  const [, children = ''] = stdout.trim().split('\n');
  const seconds = Array.from(
    children.matchAll(/(\d+)m([\d.]+)s/g),
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  if (status !== 0 || seconds.length !== 2) throw new Error(`${command.join(' ')} failed`);
  return Math.round(seconds.reduce((sum, each) => sum + each, 0) * 1000);
}
