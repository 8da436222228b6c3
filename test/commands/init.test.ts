import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { parseConfig } from '../../src/config/load.ts';
import { hasTerminal, inTerminal } from '../support/terminal.ts';
import { it } from '../support/workspace.ts';

const GROUPS = 'separated by commas:';

describe('keysweep init', { timeout: 60_000 }, () => {
  it('writes a commented accounts.json from flags, without AWS, that passes and arms nothing', async ({
    open,
  }) => {
    const { folder, runIn, sandbox } = await open();
    const words = 'init --groups Developers Ops\\ EU --role Rotator --max-key-age-days 30'.replace(
      '\\ ',
      '-',
    );
    expect(await runIn(words, {}, folder)).toMatchObject({ code: 2 });
    const file = join(folder, 'first.json');
    const written = await runIn(`${words} --config ${file}`, {}, folder);
    expect(written).toEqual({
      code: 0,
      stdout: '',
      stderr: `Wrote ${file}, which arms no account. Next: keysweep doctor, then keysweep plan.\n`,
    });
    const text = await readFile(file, 'utf8');
    expect(text.match(/^ *\/\//gm)?.length).toBeGreaterThan(8);
    expect(parseConfig(text, file)).toMatchObject({
      rotationRole: { name: 'Rotator' },
      defaults: { armed: false, groups: ['Developers', 'Ops-EU'], rules: { maxKeyAgeDays: 30 } },
    });
    expect(sandbox.calls.all).toEqual([]);
  });

  it('overwrites nothing, needs groups without a terminal, and writes nothing that cannot pass', async ({
    open,
  }) => {
    const { folder, runIn } = await open();
    await writeFile(join(folder, 'mine.json'), 'mine');
    const run = (words: string) => runIn(`init --config ${words}`, {}, folder);
    const existing = await run('mine.json --groups Developers');
    expect(existing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mine.json exists.') as string,
    });
    expect(await readFile(join(folder, 'mine.json'), 'utf8')).toBe('mine');
    expect((await run('new.json')).stderr).toContain('there is no terminal. Add --groups NAME...');
    const wrong = await run('new.json --groups Dev/elopers');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('defaults.groups[0]') as string });
    await expect(readFile(join(folder, 'new.json'))).rejects.toThrow('ENOENT');
  });

  it('is what a missing accounts.json points to, and what fits the sandbox', async ({ open }) => {
    const { folder, runIn, environment } = await open();
    const elsewhere = { ...environment, KEYSWEEP_CONFIG: join(folder, 'new.json') };
    expect((await runIn('plan', elsewhere, folder)).stderr).toContain('Write one with `keysweep init`');
    await runIn('init --groups Developers --role KeysweepRotation --max-key-age-days 0', elsewhere, folder);
    expect(await runIn('plan', elsewhere, folder)).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!hasTerminal()).concurrent('keysweep init at a terminal', { timeout: 60_000 }, () => {
  it('shows the groups that it can see, and asks three questions', async ({ open }) => {
    const { environment, folder } = await open();
    const file = join(folder, 'asked.json');
    const { code, stdout } = await inTerminal(`keysweep init --config ${file}`, environment, [
      ['every account:', 'KeysweepRotation\r'],
      [GROUPS, 'Developers, Ops\r'],
      ['key is due:', '\r'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Groups in the \d+ accounts? that could be read:/);
    expect(parseConfig(await readFile(file, 'utf8'), file).defaults).toMatchObject({
      groups: ['Developers', 'Ops'],
      rules: { maxKeyAgeDays: 90 },
    });
  });

  it('asks without AWS, too, and says why it shows no groups', async ({ open }) => {
    const { environment, folder } = await open();
    const file = join(folder, 'asked.json');
    const none = { ...environment, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const { code, stdout } = await inTerminal(`keysweep init --config ${file}`, none, [
      ['every account:', '\r'],
      [GROUPS, '\r'],
      ['key is due:', '\r'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Groups cannot be shown: ');
    expect(stdout).toContain('No AWS credentials were found');
  });
});
