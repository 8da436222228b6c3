import { describe, expect, it } from 'vitest';

import { ALLOW_ALL, parsePolicy } from '../../../sandbox/policy/document.ts';
import {
  ADA,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const FIRST = '100000000001';
const assumptions = ({ sandbox }: SweptSandbox): number => sandbox.calls.of('sts', 'AssumeRole').length;

describe('the session that writes', () => {
  it('protects a user who is tagged exempt at the last moment, where the role may do anything', async () => {
    const organization = organizationOf(1, () => [ADA]);
    const account = organization.account(FIRST);
    account.role('KeysweepRotation').policies.set('all', parsePolicy(ALLOW_ALL));
    const exempt = { userTag: 'keysweep=exempt' };
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, exempt } };
    const on = await onSandbox({ organization, config });
    on.sandbox.faults.add({
      service: 'iam',
      call: 'UpdateAccessKey',
      kind: 'slow',
      milliseconds: 0,
      onFired: () => (account.user('ada').tags = new Map([['keysweep', 'exempt']])),
    });
    const { run, summary } = await on.run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { failed: 1 } });
    expect(run.accounts.get(FIRST)?.finished?.outcome).toBe('denied');
  });

  it('is one for all writes of a batch, or as many as their names need', async () => {
    const named = (length: number) =>
      organizationOf(1, () =>
        Array.from({ length: 25 }, (_, index) => ({
          ...ADA,
          userName: String(index + 10).padStart(length, 'x'),
        })),
      );
    const sessions = async (length: number): Promise<number> => {
      const organization = named(length);
      const on = await onSandbox({ organization, config: EVERY_KEY });
      const { summary } = await on.run();
      expect(summary).toMatchObject({ verdict: 'ok', keys: { deactivated: 25, failed: 0 } });
      expect(keysOf(organization, FIRST).filter((key) => key.endsWith('Active'))).toEqual([]);
      return assumptions(on);
    };
    const short = await sessions(10);
    expect(await sessions(64)).toBe(short + 1);
  });
});
