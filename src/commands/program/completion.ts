import { Argument, type Command } from 'commander';

import type { Act } from '../action.ts';
import type { Shell } from '../completion.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletion(program: Command, act: Act): void {
  program
    .command('completion')
    .summary('print a script for completion in a shell')
    .description(
      'Prints a script that makes the shell complete commands, options, run IDs and account IDs. ' +
        'IDs come from a ledger in a folder, never from a bucket.',
    )
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  keysweep completion fish > ~/.config/fish/completions/keysweep.fish
  keysweep completion zsh > "\${fpath[1]}/_keysweep"
  source <(keysweep completion bash)    for this shell; put it in ~/.bashrc for all`,
    )
    .action(act(async () => (await import('../completion.ts')).printScript));
  // The scripts call this with the words on the line.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(act(async () => (await import('../completion.ts')).completing(program)));
}
