import confirm from '@inquirer/confirm';

import { armedPlans } from '../sweep/apply-plans.ts';
import type { SweepRequest } from '../sweep/run.ts';
import { renderIntent } from '../report/intent.ts';
import type { Terminal } from './terminal.ts';

/** Shows what is about to happen and asks. Nothing is asked when nothing would be written. */
export function askBeforeWriting({ say }: Terminal): NonNullable<SweepRequest['approve']> {
  return async (planned) => {
    const intent = renderIntent(armedPlans(planned));
    if (intent === undefined) return true;
    say(intent);
    return confirm({ message: 'Revoke these keys now?', default: false }, { output: process.stderr });
  };
}
