import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withJson, withKeyIds, withLedger } from '../options.ts';

export function addWhose(program: Command, act: Act): void {
  const command = program
    .command('whose')
    .summary('find the owner of access keys')
    .description(
      'Finds the account and the user of access keys, when they were used last, and what a sweep would do ' +
        'with them. Writes nothing. Exits with 1 if the owner of a key is unknown because a call failed.',
    );
  withJson(withLedger(withKeyIds(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep whose AKIAIOSFODNN7EXAMPLE
  gitleaks git --report-path - | keysweep whose -
  keysweep whose --file found.txt --json`,
    )
    .action(act(async () => (await import('../whose.ts')).whose));
}
