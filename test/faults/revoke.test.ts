import { describe, expect, it } from 'vitest';

import type { ServiceName } from '../../sandbox/wire/service-name.ts';
import { readDenyList } from '../../src/ledger/deny-list.ts';
import { listRunIds } from '../../src/ledger/runs.ts';
import { revokeLeaked, type LeakEnd } from '../../src/sweep/leak/revoke-leaked.ts';
import type { Stage } from '../properties/stage.ts';
import { checkTruth } from '../properties/truth.ts';
import { harmsAt } from './call-harms.ts';
import { activeOf, leakedKeys, OTHERS, staged } from './two-leaked-keys.ts';

/** Every call of a revocation of two keys, which a test compares with what one sends. */
const CALLS: Readonly<Record<string, number>> = {
  'sts:GetCallerIdentity': 1,
  'sts:GetAccessKeyInfo': 2,
  'organizations:DescribeAccount': 2,
  'sts:AssumeRole': 4,
  'iam:GetAccessKeyLastUsed': 2,
  'iam:UpdateAccessKey': 2,
};

const revoke = (stage: Stage): Promise<LeakEnd> =>
  revokeLeaked(leakedKeys(stage), { reason: 'INC-12' }, stage.dependencies());

/** Keys that are said not to be deactivated, or not surely. */
function namedIn({ notFound, results }: LeakEnd): string[] {
  const left = results.filter(({ outcome }) => outcome !== 'deactivated');
  return [...notFound, ...left].map(({ accessKeyId }) => accessKeyId);
}

describe('a revocation of leaked keys', () => {
  it('makes these calls and no other', async () => {
    const stage = staged();
    await revoke(stage);
    expect(stage.server.calls.counts()).toEqual(CALLS);
  });

  const failures = Object.entries(CALLS).flatMap(([call, all]) =>
    Array.from({ length: all }, (_, before) => [call, before + 1] as const),
  );
  describe.each(failures)('whose %s fails from call %i on', (name, nth) => {
    it.each(harmsAt(name, OTHERS[name]))(
      '(%s) names every key that stays active, records what it did, and can be done again',
      async (_, fault) => {
        const stage = staged();
        const before = stage.world();
        const [service = '', call = ''] = name.split(':');
        const occurrence = { from: nth, to: Infinity };
        stage.server.faults.add({ ...fault, service: service as ServiceName, call, occurrence });
        const end = await revoke(stage).catch((error: unknown) => error as Error);
        expect(stage.server.faults.fired).toBeGreaterThan(0);
        stage.server.faults.clear();
        const active = activeOf(stage);
        if (!(end instanceof Error)) {
          expect(namedIn(end)).toEqual(expect.arrayContaining(active));
          if (active.length > 0) expect(end.summary?.verdict).not.toBe('ok');
        }
        const denied = await readDenyList(stage.store);
        const gone = leakedKeys(stage).filter((id) => !active.includes(id));
        expect([...denied.keys()]).toEqual(expect.arrayContaining(gone));
        const [runId] = await listRunIds(stage.store);
        if (runId !== undefined)
          checkTruth(await stage.read(runId), stage.built.accountIds, before, stage.world());
        const again = await revoke(stage);
        expect(again.summary?.verdict).toBe('ok');
        expect(activeOf(stage)).toEqual([]);
      },
    );
  });
});
