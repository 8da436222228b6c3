import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { generateOrganization } from '../../../sandbox/generator/generate.ts';
import { readRun } from '../../../src/ledger/runs.ts';
import { runInventory } from '../../../src/sweep/inventory/run-inventory.ts';
import { pythonEnvironment } from '../../emulators/python.ts';
import { onSandbox } from '../../support/sweeping.ts';

type Truth = Record<string, { readonly keys: Record<string, readonly string[]>; readonly rootKeys: number }>;

const python = await pythonEnvironment();

describe.skipIf(python === undefined)('boto3 and an inventory', () => {
  it('find the same keys in 200 accounts', { timeout: 300_000 }, async () => {
    const { organization, config } = generateOrganization({ accounts: 200, usersPerAccount: 2, seed: 7 });
    const on = await onSandbox({ organization, config });
    const request = { filters: {}, credentials: 'access-keys', lastUse: false } as const;
    const { runId, verdict, inventory } = await runInventory(request, on.dependencies());
    expect(verdict).toBe('ok');
    const run = await readRun(on.store, runId);
    const found = [...run.accounts.values()].flatMap(({ account, inventory: read }) => {
      const keys = (read?.keys ?? []).map((key) => [
        key.accessKeyId,
        [key.userName, key.status, key.governance],
      ]);
      return read
        ? [[account.id, { keys: Object.fromEntries(keys) as object, rootKeys: read.rootKeys }]]
        : [];
    });

    const script = join(import.meta.dirname, 'truth.py');
    const today = on.sandbox.clock.now().toISOString().slice(0, 10);
    const { stdout } = await promisify(execFile)(
      python?.bin('python') ?? '',
      [script, JSON.stringify(config), today],
      { env: { PATH: process.env.PATH, ...on.sandbox.environment() }, maxBuffer: 100_000_000 },
    );
    const truth = JSON.parse(stdout) as Truth;
    expect(Object.fromEntries(found)).toEqual(truth);
    const all = Object.values(truth).flatMap(({ keys }) =>
      Object.values(keys).map(([, , governance]) => governance),
    );
    const count = (of: string): number => all.filter((governance) => governance === of).length;
    expect(inventory).toMatchObject({
      ...{ governed: count('governed'), exempt: count('exempt') },
      ...{ optedOut: count('opted-out'), notInGroups: count('not-in-groups') },
      rootKeys: Object.values(truth).reduce((sum, { rootKeys }) => sum + rootKeys, 0),
    });
    // All kinds of keys.
    for (const kind of ['governed', 'exempt', 'opted-out', 'not-in-groups'])
      expect(count(kind)).toBeGreaterThan(3);
  });
});
