import { RootCommand, script, type Command as Completed, type Complete } from '@bomb.sh/tab';
import type { Command } from 'commander';

import { ledgerCompletions, type LedgerCompletions } from '../ledger/completions.ts';
import { parseLocation } from '../ledger/location.ts';
import { openFolder } from '../ledger/folder-store.ts';
import { printable } from '../report/printable.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export function printScript(shell: Shell, _options: object, { print }: Terminal): Promise<ExitCode> {
  if (shell === 'bash') print(BASH_BEFORE);
  script(shell, 'keysweep', 'keysweep');
  if (shell === 'bash') print(BASH_AFTER);
  return Promise.resolve(0);
}

/** A function of the package bash-completion, which not every machine has. */
const BASH_BEFORE = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}")
  cword=$COMP_CWORD
}`;

/** Lets bash complete file names unless the script turns that off. */
const BASH_AFTER = 'complete -o default -F __keysweep_complete keysweep';

/** @returns the action that completes the words on the line, which the scripts call */
export function completing(program: Command) {
  return async (words: readonly string[], _options: object, { print }: Terminal): Promise<ExitCode> => {
    const command = program.commands.find((each) => each.name() === words[0]);
    if (command && wantsFile(command, words.slice(1))) print(FILES);
    else await complete(program, words);
    return 0;
  };
}

/** Tells the script to complete file names. */
const FILES = ':0';

async function complete(program: Command, words: readonly string[]): Promise<void> {
  const root = new RootCommand();
  describe(root, program, undefined);
  const known = await knownIds(words);
  for (const each of program.commands.filter((command) => command.name() !== 'complete'))
    describe(root.command(each.name(), each.summary()), each, known);
  root.parse([...words]);
}

/** Whether the word being typed is an option value or argument that names a file or folder. */
function wantsFile(command: Command, words: readonly string[]): boolean {
  const before = words.at(-2);
  const option = command.options.find(
    ({ long, short }) => before !== undefined && [long, short].includes(before),
  );
  if (option) return /<(file|folder|location)>/.test(option.flags);
  const isOption = words.at(-1)?.startsWith('-') === true;
  return !isOption && command.registeredArguments.some((argument) => argument.name() === 'file');
}

function describe(described: Completed, command: Command, known: LedgerCompletions | undefined): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    if (option.long === undefined) continue;
    const takesValue = option.required || option.optional;
    const [name, alias] = [option.long.slice(2), option.short?.slice(1)];
    if (takesValue) described.option(name, option.description, offered(name, known), alias);
    else described.option(name, option.description, alias);
  }
  for (const argument of command.registeredArguments) {
    const choices = argument.argChoices ?? [];
    const offers = ['run', 'before', 'after'].includes(argument.name()) ? (known?.runs ?? []) : [];
    const all = [...choices.map((value) => ({ value, description: '' })), ...offers];
    described.argument(argument.name(), offering(all), argument.variadic);
  }
}

function offered(option: string, known: LedgerCompletions | undefined): (complete: Complete) => void {
  return offering(option === 'account' ? (known?.accounts ?? []) : []);
}

function offering(
  all: readonly { readonly value: string; readonly description: string }[],
): (complete: Complete) => void {
  return (complete) => {
    // The protocol has one name per line; an account name may contain anything.
    for (const { value, description } of all) complete(value, printable(description));
  };
}

/** From the ledger on the line, or the default one. A bucket would be too slow. */
async function knownIds(words: readonly string[]): Promise<LedgerCompletions | undefined> {
  const at = words.findIndex((word) => word === '--ledger' || word === '-l');
  const location = (at === -1 ? undefined : words[at + 1]) ?? process.env['KEYSWEEP_LEDGER'] ?? '.keysweep';
  try {
    const place = parseLocation(location);
    return place.kind === 'folder' ? await ledgerCompletions(openFolder(place.path)) : undefined;
  } catch {
    // The command itself reports an unreadable ledger.
    return undefined;
  }
}
