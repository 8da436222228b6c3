import { hostIdentity } from '../ledger/host.ts';
import { randomDigits } from '../ledger/run-id.ts';

export const THIS_PROCESS = {
  now: () => new Date(),
  random: randomDigits,
  host: hostIdentity(),
};
