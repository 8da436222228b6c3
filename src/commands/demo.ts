import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { ExitCode } from './exit-code.ts';
import { inventory } from './inventory.ts';
import { runAndPrint, sweep } from './sweep.ts';
import type { Terminal } from './terminal.ts';
import { undo } from './undo.ts';
import { UsageError } from './errors.ts';

const ACCOUNTS = 40;

/** @returns 0 if every step had the expected exit code */
export async function demo({ keep }: { readonly keep?: string }, terminal: Terminal): Promise<ExitCode> {
  const folder =
    keep === undefined ? await mkdtemp(join(tmpdir(), 'keysweep-demo-')) : await emptyFolder(keep);
  const { organization, config } = generateOrganization({ accounts: ACCOUNTS, troubles: 'some' });
  const sandbox = await startSandbox({ organization });
  // The commands find the sandbox as they would find AWS.
  Object.assign(process.env, sandbox.environment());
  // A profile would take precedence over the sandbox's credentials.
  delete process.env['AWS_PROFILE'];
  try {
    await writeFile(join(folder, 'accounts.json'), `${JSON.stringify(config, undefined, 2)}\n`);
    return await giveTour(folder, terminal);
  } finally {
    await sandbox.close();
    if (keep === undefined) await rm(folder, { recursive: true });
    terminal.say(
      keep === undefined
        ? 'The ledger and the report pages are deleted. To keep them, run keysweep demo --keep FOLDER'
        : `accounts.json, the ledger and the report pages are in ${folder}`,
    );
  }
}

/** @throws UsageError if the folder is not empty: it may have somebody's own accounts.json */
async function emptyFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new UsageError(`${folder} is not empty. Name a new folder.`);
  return folder;
}

interface Tour {
  readonly options: { readonly config: string; readonly ledger: string; readonly rows: number };
  readonly terminal: Terminal;
  firstSweep: string;
}

interface Stop {
  readonly title: string;
  readonly text: string;
  /** As people would type it. */
  readonly command: string;
  readonly exitCode: ExitCode;
  readonly run: (tour: Tour) => Promise<ExitCode>;
}

const STOPS: readonly Stop[] = [
  {
    title: 'Plan',
    text:
      'A plan shows what a sweep would do, in sessions that can only read. It cannot cover three accounts, ' +
      'so its exit code is 1.',
    command: 'keysweep plan',
    exitCode: 1,
    run: async ({ options, terminal }) => (await runAndPrint({ mode: 'plan' }, options, terminal)).exitCode,
  },
  {
    title: 'Inventory',
    text: 'A sweep sees the members of the configured groups alone. An inventory lists what it leaves out.',
    command: 'keysweep inventory',
    exitCode: 1,
    run: ({ options, terminal }) => inventory(options, terminal),
  },
  {
    title: 'Sweep',
    text: 'A sweep decides the same, and revokes keys in armed accounts. Its exit code is 1, too.',
    command: 'keysweep sweep --apply --yes',
    exitCode: 1,
    run: async (tour) => {
      const { run, exitCode } = await sweep({ ...tour.options, apply: true, yes: true }, tour.terminal);
      tour.firstSweep = run.started.runId;
      return exitCode;
    },
  },
  {
    title: 'Sweep again',
    text: 'Nothing is left to revoke in armed accounts: deactivated keys wait a week to be deleted.',
    command: 'keysweep sweep --apply --yes',
    exitCode: 1,
    run: async ({ options, terminal }) =>
      (await sweep({ ...options, apply: true, yes: true }, terminal)).exitCode,
  },
  {
    title: 'Undo',
    text:
      'Undo reactivates what the first sweep deactivated, and holds it for 30 days. ' +
      'It cannot restore deleted keys.',
    command: 'keysweep undo <first sweep>, then again with --all --apply --reason "demo"',
    exitCode: 0,
    run: async ({ options, terminal, firstSweep }) => {
      const undoOptions = { ...options, holdDays: 30 };
      await undo(firstSweep, undoOptions, terminal);
      return undo(firstSweep, { ...undoOptions, apply: true, all: true, reason: 'demo' }, terminal);
    },
  },
];

async function giveTour(folder: string, terminal: Terminal): Promise<ExitCode> {
  const { print, say, style } = terminal;
  const tour: Tour = {
    options: { config: join(folder, 'accounts.json'), ledger: join(folder, 'ledger'), rows: 8 },
    terminal,
    firstSweep: '',
  };
  print(`An AWS organization of ${ACCOUNTS} member accounts, in memory. Nothing leaves this machine.`);
  for (const { title, text, command, exitCode, run } of STOPS) {
    print(`\n${style.bold(`━━ ${title}`)}\n${text}\n\n${style.dim(`$ ${command}`)}`);
    const code = await run(tour);
    print(style.dim(`exit code ${code}`));
    if (code !== exitCode) {
      say(`The demo expected exit code ${exitCode} here. This is a bug in keysweep.`);
      return 1;
    }
  }
  print('\nThat was all. Next, plan your own organization, which only reads: see the README.');
  return 0;
}
