/* eslint-disable no-console -- a command whose result is what it prints */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { pythonEnvironment } from '../../test/emulators/python.ts';
import type { Choice } from '../cells.ts';
import { machineConditions } from '../conditions.ts';
import { buildPrograms, type Programs } from '../processes.ts';
import type { PeerTrouble, Setting } from '../setting.ts';
import { putIntoPages, resultsFile } from '../write-results.ts';
import type { Peer } from './contenders.ts';
import { findPeers } from './find-peers.ts';
import { runPeer } from './measure.ts';
import { peersInShort, peersMarkdown, peersText } from './report.ts';
import { alternating, type PeerResults, type TroubleRun } from './results.ts';

const DEFAULTS = { accounts: 200, users: 20, latency: 60, rounds: 3 };
/** A trouble costs every contender its retries, and the size does not change what it does about it. */
const ACCOUNTS_WITH_TROUBLE = 24;
/** Seconds after which a contender is stopped. */
const LIMIT = { plain: 1_800, trouble: 300 };

export type PeerChoice = Pick<Choice, 'accounts' | 'users' | 'latency' | 'rounds' | 'original'>;

/** Runs keysweep and its peers in turn on the same organization, and writes what each took and did. */
export async function measurePeers(choice: PeerChoice): Promise<string> {
  const python = await pythonEnvironment('peers');
  const programs = await buildPrograms();
  try {
    const { peers, skipped } = await findPeers({
      programs: programs.folder,
      python: python?.bin('python'),
      custodian: python?.bin('c7n-org'),
      original: choice.original === undefined ? undefined : resolve(choice.original),
    });
    const results = await runAll(peers, skipped, choice, programs);
    await store(results, isChosen(choice) ? 'peers-chosen' : 'peers');
    return peersText(results);
  } finally {
    await programs.remove();
  }
}

function isChosen({ accounts, users, latency, rounds }: PeerChoice): boolean {
  return [accounts, users, latency, rounds].some((value) => value !== undefined);
}

async function runAll(
  peers: readonly Peer[],
  skipped: readonly string[],
  choice: PeerChoice,
  programs: Programs,
): Promise<PeerResults> {
  const { accounts = DEFAULTS.accounts, users = DEFAULTS.users, latency = DEFAULTS.latency } = choice;
  const rounds = choice.rounds ?? DEFAULTS.rounds;
  const setting = settingOf({ accounts, users, latency }, 'none');
  const runs = [];
  for (let round = 0; round < rounds; round += 1)
    for (const peer of alternating(peers, round)) {
      console.error(`${peer.name}: round ${round + 1} of ${rounds} …`);
      runs.push(await runPeer(peer, { setting, limit: LIMIT.plain }, programs));
    }
  const few = { accounts: Math.min(accounts, ACCOUNTS_WITH_TROUBLE), users, latency };
  const troubles: TroubleRun[] = [];
  for (const trouble of ['missing role', 'throttled membership'] as const)
    for (const peer of peers.filter(({ name }) => name !== 'bare SDK')) {
      console.error(`${peer.name}: ${trouble} …`);
      const one = { setting: settingOf(few, trouble), limit: LIMIT.trouble };
      troubles.push({ ...(await runPeer(peer, one, programs)), trouble });
    }
  return { conditions: conditionsOf(setting, rounds, few.accounts), setting, runs, troubles, skipped };
}

function settingOf(size: Pick<Setting, 'accounts' | 'users' | 'latency'>, trouble: PeerTrouble): Setting {
  return { ...size, trouble: 'none', peers: { trouble } };
}

function conditionsOf({ accounts, users, latency }: Setting, rounds: number, few: number) {
  return {
    ...machineConditions(),
    organization: `${accounts} accounts × ${users} users, ${latency} ms an answer`,
    rounds: `${rounds}, alternating; each program in a process of its own, with its start`,
    troubles: `one run each, ${few} accounts`,
  };
}

async function store(results: PeerResults, name: string): Promise<void> {
  await writeFile(await resultsFile(`${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(await resultsFile(`${name}.md`), `${peersMarkdown(results)}\n`);
  if (name === 'peers')
    await putIntoPages('peers', { readme: peersInShort(results), scale: peersMarkdown(results) });
}
