import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { commandOf } from '../../bench/conditions.ts';
import { launch, namesTrouble, runPeer, type PeerRun } from '../../bench/peers/measure.ts';
import { findPeers } from '../../bench/peers/find-peers.ts';
import { preparePeers } from '../../bench/peers/prepare.ts';
import { alternating, median, peerGoals, rowsOf, timesKeysweep } from '../../bench/peers/results.ts';
import { peersInShort, peersMarkdown } from '../../bench/peers/report.ts';
import { buildPrograms, type Programs } from '../../bench/processes.ts';
import type { PeerTrouble } from '../../bench/setting.ts';
import { truthOf } from '../../bench/truth.ts';
import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { pythonEnvironment } from '../emulators/python.ts';

const WORK = {
  targets: 9,
  users: 90,
  tagged: 80,
  due: 80,
  written: 9,
  lastWritten: 9,
  keptByTag: 1,
  batches: 9,
  readAgain: 70,
};

function runOf(name: string, seconds: number, more: Partial<PeerRun> = {}): PeerRun {
  return {
    ...{ name, seconds, cpuSeconds: seconds / 2, peakBytes: 2 ** 27, exitCode: 0 },
    ...{ calls: { 'iam:GetGroup': 18 }, sandboxSeconds: 0, work: WORK, left: { due: 0, othersTouched: 0 } },
    ...more,
  };
}

const runs = [
  ...[3, 1, 2].map((seconds) => runOf('keysweep', seconds)),
  ...[8, 6, 9].map((seconds) => runOf('boto3, 64 threads', seconds)),
  runOf('c7n-org', 14, { exitCode: 1, left: { due: 7, othersTouched: 3 }, sandboxSeconds: 13 }),
];
const setting = { accounts: 9, users: 10, latency: 60, trouble: 'none' } as const;
const troubled = { id: '111122223333', name: 'billing', due: 4, left: 4 };
const results = {
  conditions: { date: 'today' },
  ...{ setting, runs, skipped: ['the moon'] },
  troubles: [
    {
      ...runOf('c7n-org', 30, {
        exitCode: null,
        troubled,
        saysSo: false,
        left: { due: 6, othersTouched: 1 },
      }),
      trouble: 'missing role',
    } as const,
  ],
};

describe('the table of peers', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('takes the median of %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('compares the medians with keysweep’s', () => {
    const rows = rowsOf({ runs });
    expect(rows.map((row) => timesKeysweep(row, rows))).toEqual([1, 4, 7]);
  });

  it('judges the goals by it', () => {
    expect(peerGoals(results)).toEqual([
      'goal: boto3, 64 threads takes at least 3 × keysweep’s time: met: 4.00 at 9',
      'goal: c7n-org takes at least 8 × keysweep’s time: not met: 7.00 at 9',
    ]);
    expect(peerGoals({ setting, runs: runs.slice(0, 3) })).toEqual([]);
  });

  it('says what each did, also where one account had a trouble, and what was left out', () => {
    const lines = peersMarkdown(results).split('\n');
    expect(lines).toContain(
      '| boto3, 64 threads | 8.0 s (6.0–9.0) | 4.00 | 18 | 4.0 s | 128 MiB | 80 | 0 | 0 | 0 |',
    );
    expect(lines).toContain('| c7n-org | 14.0 s (14.0) | 7.00 | 18 | 7.0 s | 128 MiB | 73 | 7 | 3 | 1 |');
    expect(lines).toContain('| missing role | c7n-org | 30.0 s | stopped | no | 4 of 4 | 2 | 1 |');
    expect(lines).toContain('- c7n-org waited for the sandbox, which worked 93 % of the time');
    expect(lines.at(-1)).toBe('- left out: the moon');
    expect(peersInShort(results)).toContain('\n| c7n-org | 7.00 | 18 | 7.0 s | 128 MiB | 7 | 3 |');
  });

  it('begins every other round with the last', () => {
    expect([0, 1, 2].map((round) => alternating(['a', 'b'], round).join(''))).toEqual(['ab', 'ba', 'ab']);
  });
});

it('shows no path of this machine', () => {
  expect(commandOf([])).toBe('npm run bench');
  expect(commandOf(['--peers', '--original', '/home/ann/rotate-iam-keys/handler.js'])).toBe(
    'npm run bench -- --peers --original rotate-iam-keys/handler.js',
  );
});

describe('what a program printed', () => {
  it.each([
    ['account 111122223333 failed: AccessDenied', true],
    ['ERROR account:billing region:us-east-1 policy:revoke-keys error: denied', true],
    [
      '  throttled (1): AWS kept throttling.\n    111122223333  billing\n      iam:GetGroup: Throttling',
      true,
    ],
    ['Ran account:billing region:us-east-1 policy:revoke-keys matched:0', false],
    ['1 account failed\n  444455556666  other', false],
  ])('says which account is in trouble, or does not: %j', (output, expected) => {
    expect(namesTrouble(output, troubled)).toBe(expected);
  });
});

describe('the account in trouble', () => {
  const prepared = (trouble: PeerTrouble) => {
    const { organization } = generateOrganization({ accounts: 12, usersPerAccount: 20 });
    return { organization, ...preparePeers(organization, trouble) };
  };

  it('has no role, or a membership that is throttled for ever, and is the only one', () => {
    const missing = prepared('missing role');
    const withoutRole = missing.organization.accounts.list().filter(({ roles }) => roles.size === 0);
    expect(withoutRole.map(({ id }) => id)).toEqual(
      [missing.organization.managementAccount.id, missing.troubled()?.id].sort(),
    );
    expect(missing.faults).toEqual([]);
    const throttled = prepared('throttled membership');
    expect(throttled.faults.map(({ call, account }) => [call, account])).toEqual(
      ['GetGroup', 'ListGroupsForUser'].map((call) => [call, throttled.troubled()?.id]),
    );
    expect(prepared('none').troubled()).toBeUndefined();
  });

  it('says how many of its due keys are left active', () => {
    const { organization, troubled: left } = prepared('missing role');
    const { id = '', due = 0 } = left() ?? {};
    expect(left()).toMatchObject({ due, left: due });
    const others = organization
      .keysOf(id)
      .filter(({ status }) => status === 'Active')
      .slice(0, due);
    expect(others.length).toBeGreaterThan(1);
    for (const key of organization.keysOf(id)) organization.account(id).deleteKey(key);
    expect(left()).toMatchObject({ due, left: 0 });
    expect(truthOf(organization).work.due).toBeGreaterThan(0);
  });
});

it('says how to get what is missing', async () => {
  const missing = { programs: '/nowhere', python: undefined, custodian: undefined, original: undefined };
  const { peers, skipped } = await findPeers(missing);
  expect(peers.map(({ name }) => name)).toEqual(['keysweep', 'bare SDK']);
  expect(skipped.join()).toMatch(/^boto3: python3 .*c7n-org: .*handler: git clone https:/);
  await expect(findPeers({ ...missing, original: '/nowhere/handler.js' })).rejects.toThrow(
    /^--original \/nowhere\/handler.js: no such file\. git clone /,
  );
});

const python = await pythonEnvironment();

describe.skipIf(!python)('a run of peers', { timeout: 120_000 }, () => {
  let programs: Programs;
  let folder: string;
  beforeAll(async () => {
    programs = await buildPrograms();
    folder = await mkdtemp(join(tmpdir(), 'keysweep-peers-'));
  });
  afterAll(async () => {
    await programs.remove();
    await rm(folder, { recursive: true });
  });

  it('revokes the due keys and no other, but in the account without a role, which each names', async () => {
    const [custodian, original] = [undefined, undefined];
    const installed = { programs: programs.folder, python: python?.bin('python'), custodian, original };
    const { peers } = await findPeers(installed);
    const size = { accounts: 4, users: 6, latency: 0 };
    const few = { ...size, trouble: 'none', peers: { trouble: 'missing role' } } as const;
    for (const name of ['keysweep', 'boto3, 20 threads']) {
      const [peer] = peers.filter((one) => one.name === name);
      if (!peer) throw new Error(`${name} is missing`);
      const run = await runPeer(peer, { setting: few, limit: 60 }, programs);
      expect(run).toMatchObject({ name, exitCode: 1, saysSo: true, left: { othersTouched: 0 } });
      expect(run.troubled?.left).toBe(run.troubled?.due);
      expect(run.left.due).toBe(run.troubled?.left);
      expect(run.left.due).toBeLessThan(run.work.due);
      expect(run.cpuSeconds).toBeGreaterThan(0.1);
      expect(run.peakBytes).toBeGreaterThan(2 ** 24);
    }
  });

  it('stops what takes too long, with all that it started', async () => {
    const output = join(folder, 'output.txt');
    const command = ['sh', '-c', 'sleep 60 & sleep 60'];
    const { exitCode, seconds } = await launch(command, { limit: 0.3, output, environment: {} });
    expect(exitCode).toBeNull();
    expect(seconds).toBeLessThan(20);
  });
});
