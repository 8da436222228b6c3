/* eslint-disable no-console -- a command whose result is what it prints */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { openClients } from '../src/access/clients.ts';
import { socketsFor } from '../src/access/sockets.ts';
import { parseConfig } from '../src/config/load.ts';
import { openFolder } from '../src/ledger/folder-store.ts';
import { readRecords } from '../src/ledger/read-run.ts';
import type { AccountPlanned, RunSummary } from '../src/ledger/record.ts';
import { foldRun, type StoredRun } from '../src/ledger/stored-run.ts';
import type { KeyDecision } from '../src/rotation/decision.ts';
import { columns } from '../src/report/columns.ts';
import { deadlineOn } from '../src/sweep/deadline.ts';
import { runSweep } from '../src/sweep/run.ts';

/**
 * Sweeps a generated organization on the sandbox, which runs in a process of its own, and prints calls, wall time and peak
 * memory with the conditions.
 *
 *     npm run bench -- --accounts 500 --users 20 --latency 0
 */
const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '500' },
    users: { type: 'string', default: '20' },
    latency: { type: 'string', default: '0' },
  },
});

const CONFIG = parseConfig(
  JSON.stringify({
    optOutTag: false,
    defaults: {
      armed: true,
      groups: ['Developers', 'Administrators'],
      rules: { maxKeyAgeDays: 0, mode: 'deactivate', users: 'all' },
      exempt: { userTag: 'keysweep=exempt' },
    },
    limits: { maxKeys: 1_000_000 },
  }),
  'the benchmark',
);

const sandbox = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', 'src/cli.ts', 'sandbox', '--port', '0', '--no-troubles'],
    ...['--accounts', values.accounts, '--users', values.users, '--latency', values.latency],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const folder = await mkdtemp(join(tmpdir(), 'keysweep-bench-'));
try {
  Object.assign(process.env, await variablesOf(sandbox.stdout));
  const started = performance.now();
  const { runId } = await sweep();
  const seconds = (performance.now() - started) / 1000;
  print(await foldRun(readRecords(openFolder(folder), runId)), seconds, await countCalls());
} finally {
  sandbox.kill();
  await rm(folder, { recursive: true });
}

async function variablesOf(stdout: NodeJS.ReadableStream): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  const lines = createInterface({ input: stdout });
  lines.on('line', (line) => {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables[name] = value;
  });
  while (variables['AWS_EC2_METADATA_DISABLED'] === undefined) await once(lines, 'line');
  return variables;
}

async function sweep(): Promise<RunSummary> {
  const clients = openClients({ sockets: socketsFor(CONFIG) });
  try {
    return await runSweep(
      { mode: 'sweep', filters: {} },
      {
        config: CONFIG,
        clients,
        store: openFolder(folder),
        deadline: deadlineOn(new AbortController().signal, new AbortController().signal),
        progress: () => undefined,
        now: () => new Date(),
        random: () => '000',
        host: 'benchmark',
      },
    );
  } finally {
    clients.close();
  }
}

/** Calls by name, as the sandbox counted them. */
async function countCalls(): Promise<Map<string, number>> {
  const answer = await fetch(`${process.env['AWS_ENDPOINT_URL'] ?? ''}/_sandbox/calls`);
  const { counts } = (await answer.json()) as { counts: Record<string, number> };
  return new Map(Object.entries(counts));
}

/**
 * The fewest calls that this sweep can do with: a session per target, a page per group, a listing per user, the tags of
 * each user with a key that would be due, and a write per due key. keysweep makes one more per target with due keys, on purpose: the session
 * that may write is another one than the session that reads.
 */
function fewestCalls(run: StoredRun): number {
  const plans = [...run.accounts.values()].flatMap(({ plan }) => plan ?? []);
  const sum = (count: (plan: AccountPlanned) => number): number =>
    plans.reduce((total, plan) => total + count(plan), 0);
  return (
    plans.length * (1 + CONFIG.defaults.groups.length) +
    sum(({ users }) => users) +
    sum(({ decisions }) => new Set(decisions.filter(asksForTags).map(({ userName }) => userName)).size) +
    sum(({ decisions }) => decisions.filter(({ verdict }) => verdict !== 'keep').length)
  );
}

function asksForTags({ verdict, reason }: KeyDecision): boolean {
  return verdict !== 'keep' || reason === 'exempt-tag';
}

function print(run: StoredRun, seconds: number, calls: ReadonlyMap<string, number>): void {
  const inAccounts = [...calls].filter(([name]) => /^(iam|sts):(?!GetCallerIdentity)/.test(name));
  const made = inAccounts.reduce((sum, [, count]) => sum + count, 0);
  const fewest = fewestCalls(run);
  const targets = [...run.accounts.values()].filter(({ plan }) => plan).length;
  const { maxRSS } = process.resourceUsage();
  const [cpu] = cpus();
  console.log(
    columns(
      ['what', ''],
      [
        [
          'organization',
          `${values.accounts} accounts x ${values.users} users on average, ${run.summary?.keys.due ?? 0} keys due`,
        ],
        [
          'conditions',
          `latency ${values.latency} ms, ${CONFIG.concurrency.accounts} accounts at a time, Node ${process.version}, ${cpus().length} x ${cpu?.model.trim() ?? ''}, sandbox in a process of its own`,
        ],
        [
          'verdict',
          `${run.summary?.verdict ?? 'interrupted'} ${JSON.stringify(run.summary?.accounts)} ${run.summary?.problems.join('; ') ?? ''}`,
        ],
        ['wall time', `${seconds.toFixed(1)} s`],
        ['peak memory', `${Math.round(maxRSS / 1024)} MB`],
        ['calls in accounts', `${made}, ${(made / targets).toFixed(2)} per account`],
        [
          'fewest possible',
          `${fewest}, ${(fewest / targets).toFixed(2)} per account; ratio ${(made / fewest).toFixed(3)}`,
        ],
        ...[...calls].map(([name, count]) => [name, String(count)]),
      ],
    ),
  );
}
