import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { startKeysweep, startProgram } from '../support/keysweep-process.ts';
import { keysweepProgram } from '../support/keysweep-program.ts';
import { typeCommand } from '../support/type-command.ts';

describe.concurrent('the sandbox', { timeout: 120_000 }, () => {
  it('serves other processes, which need only the variables that it prints', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keysweep-sandbox-'));
    const config = join(folder, 'accounts.json');
    const served = `sandbox --port 0 --accounts 6 --no-troubles --write-config ${config}`;
    const { child, ended } = startKeysweep(served.split(' '), {});
    try {
      const [variables] = (await once(child.stdout!, 'data')) as [Buffer];
      const plan = `plan --config ${config} --ledger ${folder}/ledger`;
      const script = `${variables.toString()}\n${process.execPath} ${keysweepProgram()} ${plan}`;
      const { code, stdout, stderr } = await startProgram('/bin/sh', ['-c', script], {}).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('OK: all 7 accounts were covered.');
    } finally {
      child.kill('SIGINT');
      expect(await ended).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^Serving 7 accounts on http:\/\/127\.0\.0\.1:\d+\./) as string,
      });
      await rm(folder, { recursive: true });
    }
  });

  it('runs the demo, which needs nothing and overwrites nothing', async ({ onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'keysweep-demo-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const demo = ['demo', '--keep', join(folder, 'new')];
    const { code, stdout, stderr } = await typeCommand(demo, { AWS_PROFILE: 'nobody' });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `accounts.json, the ledger and the report pages are in ${folder}/new\n`,
    });
    expect(await readdir(join(folder, 'new'))).toEqual(['accounts.json', 'ledger']);
    expect(await typeCommand(demo, {})).toEqual({
      code: 2,
      stdout: '',
      stderr: `${folder}/new is not empty. Name a new folder.\nUSAGE_INVALID: see docs/errors.md\n`,
    });
    for (const title of ['Plan', 'Inventory', 'Sweep', 'Sweep again', 'Undo'])
      expect(stdout).toContain(`━━ ${title}`);
    expect(stdout).toContain('That was all.');
  });
});
