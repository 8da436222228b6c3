import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A value that is put away small until it is needed. */
export interface Compressed<Value> {
  /** A new copy each time. */
  readonly unpack: () => Value;
}

/** @param value of what `structuredClone` takes: no functions, no instances of classes of ours */
export function compress<Value>(value: Value): Compressed<Value> {
  // A copy, because what zlib returns is the beginning of a buffer of 16 KB, which would stay with it; and no Buffer, for a small
  // one is part of a pool that it would keep too.
  const bytes = new Uint8Array(deflateRawSync(serialize(value), { level: 1 }));
  return { unpack: () => deserialize(inflateRawSync(bytes)) as Value };
}
