import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { confirmRevocation } from '../../src/commands/confirm.ts';
import { keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';
import { PLAIN } from '../../src/report/style.ts';
import { hasTerminal, inTerminal } from '../support/terminal.ts';
import { it, statuses } from '../support/workspace.ts';

const QUESTION = 'Type yes to revoke:';
/** A colour or bold; cursor movements end with other letters. */
const COLOUR = new RegExp('\u001b\\[\\d+m');

describe.skipIf(!hasTerminal()).concurrent('sweep --apply at a terminal', { timeout: 60_000 }, () => {
  it.for([
    ['n', 'n\r'],
    ['y', 'y\r'],
    ['Enter', '\r'],
    ['Ctrl-C', '\u0003'],
  ] as const)('writes nothing when the answer is %s', async ([, answer], { open }) => {
    const { sandbox, environment, stored } = await open({ organization: organizationOf(3) });
    const { code, stdout } = await inTerminal('keysweep sweep --apply', environment, [[QUESTION, answer]]);
    expect(stdout).toContain('Deactivate 3 keys. keysweep undo reactivates them.');
    expect(stdout).toContain('3 planned');
    expect(stdout).toContain('You did not confirm, so nothing was revoked.');
    expect(stdout).not.toContain('Error');
    expect(stdout).toContain('CANCELLED before anything was written.');
    expect(code).toBe(4);
    expect(sandbox.calls.writes()).toEqual([]);
    expect((await stored()).summary).toMatchObject({ verdict: 'cancelled', accounts: { planned: 3 } });
  });

  it('sweeps when the answer is yes, and does not ask when nothing is due', async ({ open }) => {
    const organization = organizationOf(3);
    const { environment } = await open({ organization });
    const first = await inTerminal('keysweep sweep --apply', environment, [[QUESTION, 'yes\r']]);
    expect(first.stdout).toContain('OK: all 4 accounts');
    expect(first.code).toBe(0);
    expect(statuses(organization)).toEqual({ Inactive: 3 });
    const second = await inTerminal('keysweep sweep --apply', environment);
    expect(second.stdout).not.toContain(QUESTION);
    expect(second.code).toBe(0);
  });

  it('does not ask with --yes, shows a progress bar and colours, and with NO_COLOR no colours', async ({
    open,
  }) => {
    const { environment } = await open();
    const coloured = await inTerminal('keysweep sweep --apply --yes', environment);
    expect(coloured.stdout).not.toContain(QUESTION);
    expect(coloured.stdout).toContain('2/2 accounts');
    expect(coloured.stdout).toMatch(COLOUR);
    const plain = await inTerminal('keysweep plan', { ...environment, NO_COLOR: '1' });
    expect(plain.stdout).toContain('OK: all 3 accounts');
    expect(plain.stdout).not.toMatch(COLOUR);
    const piped = await inTerminal('keysweep --color always plan | cat', environment);
    expect(piped.stdout).toMatch(COLOUR);
    const never = await inTerminal('keysweep plan --color never', { ...environment, FORCE_COLOR: '1' });
    expect(never.stdout).not.toMatch(COLOUR);
  });

  it('shows the bar and the question on the terminal while the JSON goes to a file', async ({ open }) => {
    const { folder, environment } = await open();
    const file = join(folder, 'run.json');
    const command = `keysweep sweep --apply --json > ${file}`;
    const { code, stdout } = await inTerminal(command, environment, [[QUESTION, 'yes\r']]);
    expect(code).toBe(0);
    expect(stdout).toContain('2/2 accounts');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ summary: { keys: { deactivated: 2 } } });
  });
});

it('takes no answer in time as no, and says so', async () => {
  const organization = organizationOf(1);
  const { run } = await onSandbox({ organization });
  const said: string[] = [];
  const neverStopped = new AbortController().signal;
  const approve = confirmRevocation(
    { say: (text) => said.push(text), messageStyle: PLAIN },
    neverStopped,
    0.001,
  );
  const { summary } = await run({ approve });
  expect(summary).toMatchObject({ verdict: 'cancelled', accounts: { planned: 1 } });
  expect(keysOf(organization, '100000000001')).toEqual(['ada Active']);
  expect(said.at(-1)).toBe('No answer within 0.001 minutes, so nothing was revoked.');
});
