import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface Compressed<Value> {
  /** A new copy each time. */
  readonly unpack: () => Value;
}

/** @param value anything that `structuredClone` accepts: no functions, no instances of our own classes */
export function compress<Value>(value: Value): Compressed<Value> {
  // A copy, because zlib returns part of a 16 KB buffer. Not a Buffer, which could be part of a pool.
  const bytes = new Uint8Array(deflateRawSync(serialize(value), { level: 1 }));
  return { unpack: () => deserialize(inflateRawSync(bytes)) as Value };
}
