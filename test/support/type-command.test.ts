import { afterEach, describe, expect, it, vi } from 'vitest';

import { keysweep } from './keysweep-process.ts';
import { typeCommand } from './type-command.ts';

describe('a command that is typed in this process', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.for([
    [['plan', '--help']],
    [['swep']],
    [['plan', '--config', 'nowhere.json']],
    [['complete', '--', 'show', '']],
  ] as const)('ends like a new process: %j', async ([words]) => {
    const environment = { KEYSWEEP_LEDGER: 'no-such-ledger' };
    expect(await typeCommand(words, environment)).toEqual(await keysweep(words, environment));
  });

  it('sees only the given environment, also for two at once', async () => {
    vi.stubEnv('KEYSWEEP_CONFIG', 'around.json');
    const [before, here] = [{ ...process.env }, process.cwd()];
    const typed = [{ KEYSWEEP_CONFIG: 'given.json' }, {}].map((environment) =>
      typeCommand(['plan'], environment, import.meta.dirname),
    );
    const [given, none] = await Promise.all(typed);
    expect(given).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^given\.json does not exist/) as string,
    });
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^accounts\.json does not exist/) as string,
    });
    expect([{ ...process.env }, process.cwd()]).toEqual([before, here]);
  });
});
