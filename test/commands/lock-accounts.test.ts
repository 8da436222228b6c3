import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockAccounts } from '../../src/commands/lock-accounts.ts';
import { UsageError } from '../../src/commands/errors.ts';
import { parseAccountsLock } from '../../src/config/accounts-lock.ts';
import type { Selection } from '../../src/targets/target.ts';

const ORGANIZATION = 'o-exampleorgid';
const account = (id: string) => ({ id, name: `name of ${id}`, state: 'ACTIVE', isManagementAccount: false });

const selection = (
  targets: string[],
  undecided: string[] = [],
): Pick<Selection, 'targets' | 'undecided'> => ({
  targets: targets.map((id) => ({ account: account(id) })) as unknown as Selection['targets'],
  undecided: undecided.map((id) => ({
    account: account(id),
    failure: {
      kind: 'throttled',
      call: 'organizations:ListTagsForResource',
      code: 'TooManyRequestsException',
      message: '',
    },
  })),
});

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-lock-'));
  file = join(folder, 'accounts.lock.json');
});
afterEach(() => rm(folder, { recursive: true }));

const lock = (targets: string[], { prune = false, organizationId = ORGANIZATION } = {}) =>
  lockAccounts({ file, prune, organizationId }, selection(targets));

const locked = async () => parseAccountsLock(await readFile(file, 'utf8'), file).accounts;

describe('the reviewed list of accounts', () => {
  it('is written and updated: accounts are marked removed, and dropped when pruned', async () => {
    await lock(['111122223333', '444455556666']);
    expect((await locked()).map(({ id }) => id)).toEqual(['111122223333', '444455556666']);
    expect(await lock(['111122223333', '777788889999'])).toEqual({
      total: 3,
      added: 1,
      removed: 1,
      dropped: 0,
    });
    expect(await locked()).toMatchObject([
      { id: '111122223333' },
      { id: '444455556666', removed: true },
      { id: '777788889999' },
    ]);
    expect(await lock(['111122223333', '777788889999'], { prune: true })).toEqual({
      total: 2,
      added: 0,
      removed: 0,
      dropped: 1,
    });
  });

  it('is not written while it is unknown whether an account is a target', async () => {
    const request = { file, prune: false, organizationId: ORGANIZATION };
    await expect(lockAccounts(request, selection(['111122223333'], ['444455556666']))).rejects.toThrow(
      UsageError,
    );
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('is refused for another organization', async () => {
    await lock(['111122223333']);
    await expect(lock(['111122223333'], { organizationId: 'o-elsewhere00' })).rejects.toThrow(
      /belongs to organization o-exampleorgid/,
    );
  });

  it('is not overwritten if it is invalid', async () => {
    await writeFile(file, '{}');
    await expect(lock(['111122223333'])).rejects.toThrow(/accounts\.lock\.json: /);
    expect(await readFile(file, 'utf8')).toBe('{}');
  });
});
