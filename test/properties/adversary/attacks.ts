/** What somebody does who may store and remove objects of the ledger, and can sign none. */
export interface Attack {
  /** The run of the story, counted from 0. */
  readonly run: number;
  /** Before keysweep's nth read of such an object, counted from 1, or its nth operation. */
  readonly before: { readonly kind: ObjectKind; readonly nth: number } | { readonly operation: number };
  readonly how: AttackKind;
  /** Chooses the object, if it is not the one that is read, the places in it, and what is put there. */
  readonly seed: number;
}

/** By its key; records: of any run. */
export const OBJECT_KINDS = ['accounts', 'locks', 'records', 'batches', 'summary', 'watch'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export const ATTACK_KINDS = [
  /** Other values, with the signature that the object had. */
  'forge',
  /** Without its signature. */
  'unsign',
  'garble',
  /** An older version of it is put back. */
  'put-back',
  /** Another object, with its signature, under this key. */
  'replace',
  'remove',
  /** An object that keysweep never stored. */
  'plant',
] as const;
export type AttackKind = (typeof ATTACK_KINDS)[number];

const KINDS: Readonly<Record<ObjectKind, RegExp>> = {
  accounts: /^accounts\//,
  locks: /^locks\//,
  records: /^runs\/.*\/records\//,
  batches: /^runs\/.*\/(batches|survey|listing)/,
  summary: /summary\.json$/,
  watch: /^watch\.json$/,
};

export function isOfKind(key: string, kind: ObjectKind): boolean {
  return KINDS[kind].test(key);
}
