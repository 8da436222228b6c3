import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

import { openFolder } from '../../src/ledger/folder-store.ts';
import { listRunIds } from '../../src/ledger/runs.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { startKeysweep, type Started } from '../support/keysweep-process.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { build, type Built } from '../properties/building.ts';
import type { World } from '../properties/model.ts';
import { currentKeys, statuses } from '../properties/stage.ts';
import { checkTruth } from '../properties/truth.ts';
import { smallOrganization } from './organization.ts';

/** When the process is killed: in a call that hangs, or when the ledger has a number of record objects. */
type Point = Fault | { readonly records: number };

const MEMBER = '100000000001';
const hanging = (call: string, occurrence: number, afterEffect = false): Fault => ({
  service: call === 'AssumeRole' ? 'sts' : 'iam',
  call,
  account: MEMBER,
  occurrence,
  kind: 'timeout',
  afterEffect,
});

const POINTS: readonly Point[] = [
  { service: 'organizations', call: 'ListAccounts', kind: 'timeout' },
  hanging('AssumeRole', 1),
  hanging('GetGroup', 1),
  hanging('ListAccessKeys', 2),
  hanging('ListUserTags', 3),
  // What is read again before a write: docs/adr/0019-decide-at-the-write.md
  { service: 'organizations', call: 'DescribeAccount', kind: 'timeout' },
  { service: 'organizations', call: 'ListTagsForResource', kind: 'timeout' },
  hanging('AssumeRole', 2),
  hanging('GetGroup', 2),
  hanging('ListAccessKeys', 4),
  hanging('ListUserTags', 4),
  hanging('GetLoginProfile', 3),
  hanging('AssumeRole', 3),
  ...[1, 2].flatMap((write) => [hanging('UpdateAccessKey', write), hanging('UpdateAccessKey', write, true)]),
  ...[1, 2, 3, 4, 5].map((records) => ({ records })),
];

interface Scene {
  readonly sandbox: Sandbox;
  readonly built: Built;
  readonly folder: string;
  readonly sweep: () => Started;
  readonly world: () => World;
}

async function setUp(): Promise<Scene> {
  const built = build(smallOrganization('deactivate'));
  const sandbox = await startSandbox({ organization: built.organization });
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-sigkill-'));
  onTestFinished(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'accounts.json'), JSON.stringify(built.config));
  const args = ['sweep', '--apply', '--yes', '--config', 'accounts.json', '--ledger', 'ledger'];
  return {
    sandbox,
    built,
    folder,
    sweep: () => startKeysweep(args, sandbox.environment(), folder),
    world: () => ({ keys: currentKeys(built), memory: new Map() }),
  };
}

async function arrival(point: Point, { sandbox, folder }: Scene): Promise<void> {
  if (!('records' in point)) sandbox.faults.add(point);
  const store = openFolder(join(folder, 'ledger'));
  const isReached = async (): Promise<boolean> =>
    'records' in point
      ? (await store.list('runs/')).filter((key) => key.endsWith('.jsonl')).length >= point.records
      : sandbox.faults.fired > 0;
  while (!(await isReached())) await sleep(1);
}

it.each(POINTS)(
  'a process that is killed at %j leaves a true ledger, and the next run finishes the work',
  async (point) => {
    const scene = await setUp();
    const { sandbox, built, folder } = scene;
    const before = scene.world();
    const { child, ended } = scene.sweep();
    await arrival(point, scene);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    sandbox.faults.clear();

    const store = openFolder(join(folder, 'ledger'));
    const [runId] = await listRunIds(store);
    if (runId === undefined) expect(statuses(scene.world())).toEqual(statuses(before));
    else {
      const run = await KEYSWEEP.foldRun(KEYSWEEP.readRecords(store, runId));
      expect(run.summary).toBeUndefined();
      checkTruth(run, built.accountIds, before, scene.world());
    }

    const next = await scene.sweep().ended;
    expect(next.code, next.stdout + next.stderr).toBe(0);
    const active = built.keys.filter(({ key }) => key.status === 'Active').map(({ user }) => user.userName);
    // The exempt user, the opted-out account and the management account keep their keys.
    expect(active.sort()).toEqual(['ada', 'eve', 'operator']);
  },
);
