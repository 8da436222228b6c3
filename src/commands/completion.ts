import { RootCommand, script, type Command as Completed, type Complete } from '@bomb.sh/tab';
import { Argument, type Command } from 'commander';

import { ledgerCompletions, type LedgerCompletions } from '../ledger/completions.ts';
import { parseLocation } from '../ledger/location.ts';
import { openFolder } from '../ledger/folder-store.ts';
import { printable } from '../report/printable.ts';
import type { Act } from './action.ts';
import type { Terminal } from './terminal.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(program: Command, act: Act): void {
  program
    .command('completion')
    .summary('print what completes commands, options, runs and accounts in a shell')
    .description(
      'Prints a script for bash, zsh or fish, by which the shell completes commands, options, ids of runs and of accounts. Ids come from a ledger in a folder; a bucket is not asked.',
    )
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  keysweep completion fish > ~/.config/fish/completions/keysweep.fish
  keysweep completion zsh > "\${fpath[1]}/_keysweep"
  source <(keysweep completion bash)    for this bash; in ~/.bashrc, for every one`,
    )
    .action(
      act((shell: (typeof SHELLS)[number], _options: object, { print }: Terminal) => {
        if (shell === 'bash') print(BASH_BEFORE);
        script(shell, program.name(), program.name());
        if (shell === 'bash') print(bashAfter(program.name()));
        return Promise.resolve(0);
      }),
    );
  // What the scripts call, with the words that stand on the line so far.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(
      act(async (words: readonly string[], _options: object, terminal: Terminal) => {
        await complete(program, words, terminal);
        return 0;
      }),
    );
}

/** The script calls a function of the package bash-completion, which not every machine has. */
const BASH_BEFORE = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}`;

/** Lets bash complete the names of files where the script does not switch that off. */
function bashAfter(name: string): string {
  return `complete -o default -F __${name}_complete ${name}`;
}

/** As the scripts know it: nothing that we have to offer, complete the names of files. */
const FILES = ':0';

async function complete(program: Command, words: readonly string[], terminal: Terminal): Promise<void> {
  const command = program.commands.find((each) => each.name() === words[0]);
  if (command && wantsFile(command, words.slice(1))) {
    terminal.print(FILES);
    return;
  }
  const root = new RootCommand();
  describe(root, program, undefined);
  const known = await knownHere(words);
  for (const each of program.commands.filter(isShown))
    describe(root.command(each.name(), each.summary()), each, known);
  root.parse([...words]);
}

/** The word that is being typed is the value of an option, or an argument, that names a file or a folder. */
function wantsFile(command: Command, words: readonly string[]): boolean {
  const before = words.at(-2);
  const option = command.options.find(
    ({ long, short }) => before !== undefined && [long, short].includes(before),
  );
  if (option) return /<(file|folder|location)>/.test(option.flags);
  const isOption = words.at(-1)?.startsWith('-') === true;
  return !isOption && command.registeredArguments.some((argument) => argument.name() === 'file');
}

function isShown(command: Command): boolean {
  return command.name() !== 'complete';
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
    // One name on one line, as the protocol of the shells has it; that of an account may hold anything.
    for (const { value, description } of all) complete(value, printable(description));
  };
}

/** Of the ledger on the line, or the usual one. A bucket would keep the shell waiting. */
async function knownHere(words: readonly string[]): Promise<LedgerCompletions | undefined> {
  const at = words.findIndex((word) => word === '--ledger' || word === '-l');
  const location = (at === -1 ? undefined : words[at + 1]) ?? process.env['KEYSWEEP_LEDGER'] ?? '.keysweep';
  try {
    const place = parseLocation(location);
    return place.kind === 'folder' ? await ledgerCompletions(openFolder(place.path)) : undefined;
  } catch {
    // Whoever presses Tab is not told of a ledger that cannot be read; the command itself does that.
    return undefined;
  }
}
