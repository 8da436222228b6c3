import { describe, expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { startProgram, type Ended } from '../support/keysweep-process.ts';
import { keysweepProgram } from '../support/keysweep-program.ts';
import { it, type Workspace } from '../support/workspace.ts';

/** What bash offers for each line, whose last word is being typed. */
async function offeredByBash(lines: readonly string[], { environment }: Workspace): Promise<string[][]> {
  const typed = lines.map((line) => `offer ${line.endsWith(' ') ? `${line} ''` : line}`);
  const bash = `
keysweep() { "${process.execPath}" "${keysweepProgram()}" "$@"; }
source <(keysweep completion bash)
offer() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  compopt() { :; } # bash has it only during a completion
  __keysweep_complete
  echo "$(IFS=,; echo "\${COMPREPLY[*]}")"
}
${typed.join('\n')}`;
  const ended: Ended = await startProgram('bash', ['--norc', '-c', bash], environment).ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return ended.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').filter((word) => word !== ''));
}

describe('keysweep completion', { timeout: 90_000 }, () => {
  it('completes commands, options, runs and accounts in bash', async ({ open }) => {
    const workspace = await open();
    await workspace.run('plan');
    const [run = ''] = await listRunIds(workspace.ledger);
    const offered = await offeredByBash(
      [
        'keysweep do',
        'keysweep show --wa',
        'keysweep show ',
        `keysweep undo ${run.slice(0, 4)}`,
        'keysweep plan --account ',
        'keysweep plan --config ',
        'keysweep completion ',
      ],
      workspace,
    );
    expect(offered.map((words, index) => (index === 4 ? words.toSorted() : words))).toEqual([
      ['doctor'],
      ['--watch'],
      ['last', 'last-sweep', 'last-plan', 'last-undo', 'last-inventory', run],
      [run],
      ['100000000001', '100000000002', '999999999999'],
      [],
      ['bash', 'zsh', 'fish'],
    ]);
  });

  it('leaves file names to the shell, and works without a ledger', async ({ open }) => {
    const workspace = await open();
    const complete = async (...words: string[]) =>
      (await workspace.run(`complete -- ${words.join(' ')}`, { KEYSWEEP_LEDGER: '/no/such/ledger' })).stdout;
    expect(await complete('plan', '--config', 'acc')).toBe(':0\n');
    expect(await complete('apply', 'pl')).toBe(':0\n');
    expect(await complete('show', 'last-s')).toBe('last-sweep\tthe newest sweep\n:4\n');
    expect(await complete('plan', '--account', '1')).toBe(':4\n');
  });

  it('lists the supported shells', async ({ open }) => {
    const { code, stderr } = await (await open()).run('completion tcsh');
    expect(code).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
