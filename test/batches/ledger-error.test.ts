import { expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { smallOrganization } from '../crash/organization.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf } from '../properties/stage.ts';
import { attempt, executionAt, play } from './playing.ts';

const EIGHT = 8;

it('finishes all accounts of a batch when the ledger fails once in one of them', async () => {
  const { accounts, config, ...facts } = smallOrganization('deactivate');
  const [management, account] = accounts;
  const concurrency = { accounts: 1, callsPerAccount: 4 };
  const stage = stageOf(
    {
      ...{ ...facts, config: { ...config, concurrency } },
      accounts: [
        management!,
        ...Array<typeof management>(EIGHT)
          .fill(account)
          .map((one) => one!),
      ],
    },
    KEYSWEEP,
  );
  let failures = 0;
  const failsOnce: ObjectStore = {
    ...stage.store,
    update: (key, change) =>
      key.startsWith('accounts/') && failures++ === 0
        ? Promise.reject(new Error('no answer'))
        : stage.store.update(key, change),
  };
  const take = async (event: object) => {
    const once = () => attempt(event, stage, stage.dependencies({ store: failsOnce }), EIGHT);
    return once().catch(once);
  };
  const summary = await play(take, executionAt(stage));
  expect(failures).toBeGreaterThan(1);
  expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: EIGHT } });
});
