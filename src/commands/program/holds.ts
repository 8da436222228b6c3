import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withJson, withWrittenLedger, withReason } from '../options.ts';

export function addHolds(program: Command, act: Act): void {
  const command = program
    .command('holds')
    .summary('list or lift holds: keys that sweeps leave alone')
    .description(
      'Lists the keys that sweeps leave alone because an undo reactivated them, or lifts their holds.',
    )
    .option('--lift <key...>', 'lift the holds on these access keys: the next sweep may revoke them');
  withReason(withWrittenLedger(withJson(command)))
    .addHelpText(
      'after',
      `
Examples:
  keysweep holds
  keysweep holds --lift AKIAIOSFODNN7EXAMPLE --reason "OPS-7: ada has a role now"`,
    )
    .action(act(async () => (await import('../holds.ts')).holds));
}
