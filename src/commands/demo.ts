import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Command } from 'commander';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { runAndPrint, sweep } from './sweep.ts';
import type { Terminal } from './terminal.ts';
import { undo } from './undo.ts';
import { UsageError } from './errors.ts';

const ACCOUNTS = 40;

export function addDemo(program: Command, act: Act): void {
  program
    .command('demo')
    .summary('plan, sweep, report and undo on an organization in memory')
    .description(
      'Shows the whole way on an AWS organization in memory: plan, sweep, ledger, a second sweep, undo. It needs nothing, and nothing leaves this machine.',
    )
    .option('--keep <folder>', 'keep accounts.json and the ledger there, to look around')
    .addHelpText('after', '\nExamples:\n  keysweep demo\n  keysweep demo --keep tour')
    .action(act(demo));
}

/**
 * @returns 0 when every step ended as the demo says that it should
 * @throws UsageError
 */
async function demo({ keep }: { readonly keep?: string }, terminal: Terminal): Promise<ExitCode> {
  const folder =
    keep === undefined ? await mkdtemp(join(tmpdir(), 'keysweep-demo-')) : await emptyFolder(keep);
  const { organization, config } = generateOrganization({ accounts: ACCOUNTS, troubles: 'some' });
  const sandbox = await startSandbox({ organization });
  // The steps are the commands themselves, and find the sandbox as they would find AWS.
  Object.assign(process.env, sandbox.environment());
  // A profile would win over the sandbox's credentials.
  delete process.env['AWS_PROFILE'];
  try {
    await writeFile(join(folder, 'accounts.json'), `${JSON.stringify(config, undefined, 2)}\n`);
    return await tour(folder, terminal);
  } finally {
    await sandbox.close();
    if (keep === undefined) {
      await rm(folder, { recursive: true });
      terminal.say(
        'Its ledger and pages are gone; keysweep demo --keep tour leaves them in the folder tour.',
      );
    } else terminal.say(`accounts.json and the ledger, with a page of every run, are in ${folder}`);
  }
}

/** @throws UsageError when there is anything in it: an accounts.json may be the person's own */
async function emptyFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new UsageError(`${folder} is not empty. Name a new folder.`);
  return folder;
}

/** What the tour has in its hands, from stop to stop. */
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
  readonly go: (tour: Tour) => Promise<ExitCode>;
}

const STOPS: readonly Stop[] = [
  {
    title: 'Plan',
    text: 'What a sweep would do. Its sessions can only read. Three accounts cannot be covered: the plan names them and fails.',
    command: 'keysweep plan',
    exitCode: 1,
    go: async ({ options, terminal }) => (await runAndPrint({ mode: 'plan' }, options, terminal)).exitCode,
  },
  {
    title: 'Sweep',
    text: 'The same decisions, carried out where the account is armed. Three accounts are still not covered, so it ends with 1.',
    command: 'keysweep sweep --apply --yes',
    exitCode: 1,
    go: async (tour) => {
      const { run, exitCode } = await sweep({ ...tour.options, apply: true, yes: true }, tour.terminal);
      tour.firstSweep = run.started.runId;
      return exitCode;
    },
  },
  {
    title: 'Sweep again',
    text: 'Nothing is left to do: keys that were deactivated wait a week before they are deleted.',
    command: 'keysweep sweep --apply --yes',
    exitCode: 1,
    go: async ({ options, terminal }) =>
      (await sweep({ ...options, apply: true, yes: true }, terminal)).exitCode,
  },
  {
    title: 'Undo',
    text: 'What the first sweep deactivated is activated again and held for 30 days. What it deleted is gone, and undo says so.',
    command: 'keysweep undo <first sweep>, then with --apply',
    exitCode: 0,
    go: async ({ options, terminal, firstSweep }) => {
      const undoOptions = { ...options, holdDays: 30 };
      await undo(firstSweep, undoOptions, terminal);
      return undo(firstSweep, { ...undoOptions, apply: true }, terminal);
    },
  },
];

async function tour(folder: string, terminal: Terminal): Promise<ExitCode> {
  const { print, say, style } = terminal;
  const hands: Tour = {
    options: { config: join(folder, 'accounts.json'), ledger: join(folder, 'ledger'), rows: 8 },
    terminal,
    firstSweep: '',
  };
  print(
    `An AWS organization of ${ACCOUNTS} member accounts now stands in the memory of this process. Nothing leaves this machine.`,
  );
  for (const { title, text, command, exitCode, go } of STOPS) {
    print(`\n${style.bold(`━━ ${title}`)}\n${text}\n\n${style.dim(`$ ${command}`)}`);
    const ended = await go(hands);
    print(style.dim(`exit code ${ended}`));
    if (ended !== exitCode) {
      say(`The demo expected exit code ${exitCode} here. That is a defect of keysweep.`);
      return 1;
    }
  }
  print('\nThat was all. Next: a plan of your own organization, which only reads; the README tells how.');
  return 0;
}
