import { FaultList, type IncomingCall } from '../../sandbox/faults/faults.ts';
import { faultAt } from './harm.ts';
import type { Site } from './site.ts';

/** Whose calls are all the same to keysweep: one of them stands for the others. */
const ALIKE = /(?<=runs\/)[0-9TZ]+-[0-9a-f]{6}|\d{8,}/g;

/**
 * What a call is there for, in words that calls of the same kind share: for the ledger what is stored or
 * read, for IAM and Organizations where the answer is about one group or one OU, and for a session what it is
 * to do.
 */
export function placeOf({ service, call, parameters }: IncomingCall): string {
  const { Key, Body, prefix, GroupName, ParentId, Policy } = parameters;
  const about = [Key, prefix, GroupName, ParentId].filter((value) => typeof value === 'string');
  const records = String(Key).endsWith('.jsonl') ? typesIn(String(Body)) : [];
  const writes =
    typeof Policy === 'string' && /"iam:(Update|Delete)AccessKey"/.test(Policy) ? ['to write'] : [];
  return [`${service}:${call}`, ...about, ...records, ...writes].join(' ').replaceAll(ALIKE, '…');
}

/** The call that a fault at the site strikes; undefined when none fits. */
export function metAt(site: Site, calls: readonly IncomingCall[]): IncomingCall | undefined {
  const faults = new FaultList([faultAt(site, { kind: 'slow' })]);
  return calls.find((call) => faults.match(call));
}

function typesIn(records: string): string[] {
  const types = [...records.matchAll(/"type":"([a-z-]+)"/g)].map(([, type = '']) => type);
  return [...new Set(types)];
}
