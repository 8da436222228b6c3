import { writeFile } from 'node:fs/promises';

import input from '@inquirer/input';

import { renderFirstConfig, type FirstChoices } from '../config/first-config.ts';
import { messageOf } from '../config/errors.ts';
import { parseConfig } from '../config/load.ts';
import { exists } from '../config/read-text.ts';
import { newRunId } from '../ledger/run-id.ts';
import { printableLines } from '../report/printable.ts';
import { plural } from '../report/words.ts';
import { visibleGroups, type VisibleGroups } from '../doctor/visible-groups.ts';
import { connect } from './connect.ts';
import { UsageError } from './errors.ts';
import { endOfError, type ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

interface InitOptions extends Options {
  readonly role?: string;
  readonly groups?: readonly string[];
  readonly maxKeyAgeDays?: number;
}

const DEFAULTS = { role: 'OrganizationAccountAccessRole', maxKeyAgeDays: 90 };
const OTHER_FILE = 'Edit it, or name another file with --config.';

/** @throws UsageError if the file exists, or if it has to ask and there is no terminal; ConfigError */
export async function init(options: InitOptions, terminal: Terminal): Promise<ExitCode> {
  if (!terminal.interactive && options.groups === undefined)
    throw new UsageError('keysweep init asks, but there is no terminal. Add --groups NAME...');
  if (await exists(options.config)) throw new UsageError(`${options.config} exists. ${OTHER_FILE}`);
  const text = renderFirstConfig(await choose(options, terminal));
  parseConfig(text, options.config);
  await writeFile(options.config, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new UsageError(`${options.config} could not be written: ${messageOf(cause)}. ${OTHER_FILE}`, {
      cause,
    });
  });
  terminal.say(`Wrote ${options.config}, which arms no account. Next: keysweep doctor, then keysweep plan.`);
  return 0;
}

async function choose(options: InitOptions, terminal: Terminal): Promise<FirstChoices> {
  const ask = async (message: string, byDefault: string): Promise<string> =>
    terminal.interactive ? input({ message, default: byDefault }, { output: process.stderr }) : byDefault;
  const roleName = options.role ?? (await ask('Role to assume in every account:', DEFAULTS.role));
  const groups = options.groups ?? (await askGroups(roleName, options, terminal, ask));
  const days = options.maxKeyAgeDays ?? (await ask('Days until a key is due:', `${DEFAULTS.maxKeyAgeDays}`));
  return { roleName, groups, maxKeyAgeDays: Number(days) };
}

async function askGroups(
  roleName: string,
  options: InitOptions,
  { say }: Terminal,
  ask: (message: string, byDefault: string) => Promise<string>,
): Promise<readonly string[]> {
  const seen = await readGroups(roleName, options).catch((error: unknown) => endOfError(error).message);
  say(printableLines(typeof seen === 'string' ? `Groups cannot be shown: ${seen}` : seenLines(seen)));
  const [most = 'Developers'] = typeof seen === 'string' ? [] : byNumber(seen).map(([name]) => name);
  const answer = await ask('IAM groups whose keys are swept, separated by commas:', most);
  return answer.split(',').map((name) => name.trim());
}

const MOST_SECONDS = 30;

async function readGroups(roleName: string, options: InitOptions): Promise<VisibleGroups> {
  const clients = connect(options);
  const runId = newRunId(THIS_PROCESS.now(), THIS_PROCESS.random);
  try {
    return await visibleGroups(roleName, runId, clients, AbortSignal.timeout(MOST_SECONDS * 1000));
  } finally {
    clients.close();
  }
}

/** In most accounts first. */
function byNumber({ groups }: VisibleGroups): (readonly [name: string, accounts: number])[] {
  return [...groups].toSorted(([, a], [, b]) => b - a);
}

const ROWS = 20;

function seenLines(seen: VisibleGroups): string {
  const rows = byNumber(seen)
    .slice(0, ROWS)
    .map(([name, accounts]) => `  ${name}: in ${plural(accounts, 'account')}`);
  return [
    `Groups in the ${plural(seen.accountsRead, 'account')} that could be read:`,
    ...(rows.length > 0 ? rows : ['  none']),
    ...(seen.problem === undefined ? [] : [`Not every account could be read: ${seen.problem}`]),
  ].join('\n');
}
