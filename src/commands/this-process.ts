import { hostIdentity } from '../ledger/host.ts';
import { randomDigits } from '../ledger/run-id.ts';

/** What a run at a terminal has of the process that makes it: clock, chance and place. */
export interface ThisProcess {
  readonly now: () => Date;
  readonly random: () => string;
  readonly host: string;
}

export const THIS_PROCESS: ThisProcess = {
  now: () => new Date(),
  random: randomDigits,
  host: hostIdentity(),
};
