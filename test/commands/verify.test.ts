import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'vitest';

import { recordsKey } from '../../src/ledger/run-keys.ts';
import { jsonDocument } from '../support/json-document.ts';
import { organizationOf } from '../support/sweeping.ts';
import { it } from '../support/workspace.ts';

it('keysweep verify names what was changed, and exits with 1', async ({ open }) => {
  const { run, ledger, stored } = await open({ organization: organizationOf(2) });
  await run('sweep --apply --yes');
  const { runId } = (await stored()).started;
  expect(await run('verify')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^OK: 1 run checked\./) as string,
  });

  const key = recordsKey(runId, 1);
  const body = (await ledger.get(key)) ?? '';
  await writeFile(join(ledger.location, key), body.replace('"mode"', '"mode" '));
  const all = await run('verify --all --json');
  expect(all.code).toBe(1);
  const problem = { object: `runs/${runId}/`, problem: 'changed', detail: expect.any(String) as string };
  expect(jsonDocument('verify', all.stdout)).toMatchObject({ runs: 1, problems: [problem] });
  const text = await run(`verify ${runId}`);
  expect(text).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/changed[^]*1 problem, 1 run checked\./) as string,
  });

  const restored = await run('verify --restore');
  expect(restored).toMatchObject({ code: 1, stderr: 'Restored: nothing.\n' });
  expect(await run('verify last-undo')).toMatchObject({ code: 2 });
  // Every reader shows it.
  expect(await run('show')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('does not continue') as string,
  });
  expect((await run('runs')).stdout).toContain('incomplete');
});
