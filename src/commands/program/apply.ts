import type { Command } from 'commander';

import { MAX_PLAN_AGE_HOURS } from '../../sweep/plan/plan-file-filter.ts';
import type { Act } from '../action.ts';
import { withWrittenLedger, withOutput, withReason } from '../options.ts';

export function addApply(program: Command, act: Act): void {
  const command = program
    .command('apply')
    .summary('revoke the keys of a plan file')
    .description(
      'Revokes only the keys of a plan file. Each key is decided again; if it changed, it is left alone. ' +
        `Refuses a plan older than ${MAX_PLAN_AGE_HOURS} hours or for another organization or configuration.`,
    )
    .argument('<file>', 'a file from keysweep plan --out')
    .option('-y, --yes', 'revoke without asking');
  withReason(withOutput(withWrittenLedger(command)))
    .addHelpText('after', '\nExample:\n  keysweep plan --out plan.json && keysweep apply plan.json')
    .action(act(async () => (await import('../apply.ts')).apply));
}
