/* eslint-disable no-console -- what it prints is read by the process that started it */
import { identifyCaller } from '../src/aws/caller.ts';
import { openClients } from '../src/aws/clients.ts';
import { maxSockets } from '../src/aws/max-sockets.ts';
import { openStore } from '../src/ledger/open-store.ts';
import { handledKey } from '../src/rotator/handle-leak.ts';
import { deadlineOn } from '../src/sweep/deadline.ts';
import { revokeLeaked } from '../src/sweep/leak/revoke-leaked.ts';
import { runSweep } from '../src/sweep/run.ts';
import type { LeakTook } from './processes.ts';
import { leakedKeys } from './leaked-keys.ts';
import { BUCKET, configFor, type Setting } from './setting.ts';

/**
 * Revokes leaked keys as the Lambda does, in a process that has revoked one before, and then sweeps the
 * organization. Prints for each how long it took until all keys were Inactive, and the calls until then.
 */
const setting = JSON.parse(process.argv[2] ?? '') as Setting;
const config = configFor();
const calls: { readonly call: string; readonly endedAt: number }[] = [];
const clients = openClients({
  sockets: maxSockets(config),
  onCall: ({ call }) => calls.push({ call, endedAt: performance.now() }),
});
const never = new AbortController().signal;
const dependencies = {
  ...{ config, clients, store: openStore(`s3://${BUCKET}/ledger`, clients, undefined) },
  ...{ deadline: deadlineOn(never, never), progress: () => undefined, now: () => new Date() },
  ...{ random: () => '000', host: 'benchmark' },
};
const caller = await identifyCaller(clients.sts, never);
const [first, ...others] = leakedKeys(setting, 102);
await revoke([first ?? '']);

const took: LeakTook[] = [
  await timed('1 leaked key', () => revoke(others.slice(0, 1))),
  await timed('100 leaked keys', () => revoke(others.slice(1))),
  await timed('a sweep instead', () => runSweep({ mode: 'sweep', filters: {} }, dependencies)),
];
clients.close();
console.log(JSON.stringify(took));

async function revoke(ids: readonly string[]): Promise<void> {
  await dependencies.store.get(handledKey('00'));
  const { results } = await revokeLeaked(ids, { reason: 'benchmark' }, { ...dependencies, caller });
  const left = ids.length - results.filter(({ outcome }) => outcome === 'deactivated').length;
  if (left > 0) throw new Error(`${left} of ${ids.length} keys were not deactivated`);
}

/** What follows on the last write, such as the records of the run, does not count. */
async function timed(what: string, work: () => Promise<unknown>): Promise<LeakTook> {
  calls.length = 0;
  const startedAt = performance.now();
  await work();
  const last = calls.findLastIndex(({ call }) => call === 'iam:UpdateAccessKey');
  const seconds = ((calls[last]?.endedAt ?? NaN) - startedAt) / 1000;
  return { what, seconds, calls: last + 1 };
}
