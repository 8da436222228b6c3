import { beforeAll, describe, expect, it } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { OtherRequest } from '../../sandbox/faults/faults.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';
import { checkHeld } from '../crash/after-the-kill.ts';
import { UNDO } from '../crash/killing.ts';
import { smallOrganization } from '../crash/organization.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { World } from '../properties/model.ts';
import { stageOf, statuses, type Stage } from '../properties/stage.ts';
import { checkTruth } from '../properties/truth.ts';
import { harmsAt } from './call-harms.ts';
import { strangers } from './strangers.ts';

/** Every call of an undo, which a test compares with what one sends, and which of them is to fail. */
const CALLS = {
  'sts:GetCallerIdentity': [1],
  'organizations:DescribeOrganization': [1],
  'sts:AssumeRole': [1, 2, 3, 4],
  'iam:ListAccessKeys': [1, 2, 3, 4],
  'iam:GetGroup': [1, 2],
  'iam:ListAttachedUserPolicies': [1, 2, 3, 4],
  'iam:UpdateAccessKey': [1, 2, 3, 4],
};

/** What each call may get instead of its answer: of another call, another account or about another user. */
const OTHERS: Readonly<Record<string, readonly OtherRequest[]>> = {
  'sts:AssumeRole': [{ call: 'GetCallerIdentity' }, { account: '100000000003' }],
  'organizations:DescribeOrganization': [{ call: 'ListRoots' }, { organization: strangers() }],
  'iam:ListAccessKeys': [{ call: 'ListUserTags' }, { parameters: { UserName: 'bob' } }],
  'iam:GetGroup': [{ call: 'ListUsers' }, { account: '100000000003' }],
  'iam:UpdateAccessKey': [{ call: 'ListAccessKeys' }],
};

async function swept(): Promise<Stage> {
  const stage = stageOf(smallOrganization('deactivate'), KEYSWEEP);
  await UNDO.prepare(stage);
  stage.server.calls.reset();
  return stage;
}

describe('an undo', () => {
  let end: World;
  let counts: Readonly<Record<string, number>>;
  beforeAll(async () => {
    const stage = await swept();
    await UNDO.run(stage, stage.dependencies());
    end = stage.world();
    counts = stage.server.calls.counts();
  });

  it('makes these calls and no other', () => {
    expect(counts).toEqual(
      Object.fromEntries(Object.entries(CALLS).map(([call, all]) => [call, all.length])),
    );
  });

  const failures = Object.entries(CALLS).flatMap(([call, all]) => all.map((nth) => [call, nth] as const));
  describe.each(failures)('whose %s fails from call %i on', (name, nth) => {
    it.each(harmsAt(name, OTHERS[name]))(
      '(%s) holds what it activates, is loud, and can be done again',
      async (harm, fault) => {
        const stage = await swept();
        const before = stage.world();
        const earlier = await listRunIds(stage.store);
        const [service = '', call = ''] = name.split(':');
        stage.server.faults.add({
          ...fault,
          service: service as ServiceName,
          call,
          occurrence: { from: nth, to: Infinity },
        });
        const ended = await UNDO.run(stage, stage.dependencies()).catch((error: unknown) => error);
        expect(stage.server.faults.fired).toBeGreaterThan(0);
        stage.server.faults.clear();
        const after = stage.world();
        const isDone = JSON.stringify([...statuses(after)]) === JSON.stringify([...statuses(end)]);
        if (!isDone) expect(ended).not.toMatchObject({ verdict: 'ok' });
        const [runId] = (await listRunIds(stage.store)).filter((id) => !earlier.includes(id));
        if (runId === undefined) expect(statuses(after)).toEqual(statuses(before));
        else checkTruth(await stage.read(runId), stage.built.accountIds, before, after);
        const startedAt = stage.built.organization.clock.milliseconds();
        await checkHeld({ stage, before, after, startedAt, end, story: harm });
      },
    );
  });
});
