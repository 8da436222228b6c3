import { sha256 } from '../config/hash.ts';
import { UnreadableLedgerError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';
import { recordsKey, recordsPrefix } from './run-keys.ts';
import { chainLine, NO_OBJECTS, type LogEnd } from './run-log.ts';

/** The writer that started the run. */
export const FIRST_WRITER = 'first';

/** Follows the objects of a run while they are read, those of each writer in their order. */
export interface Chain {
  /** @throws UnreadableLedgerError when an object before this one is missing */
  add(key: string, body: string): void;
  /** Of each writer: every object so far. */
  readonly writers: ReadonlyMap<string, readonly LogEnd[]>;
  readonly problems: readonly string[];
}

export function openChain({ location }: Pick<ObjectStore, 'location'>, runId: string): Chain {
  const prefix = recordsPrefix(runId);
  const writers = new Map<string, LogEnd[]>();
  const problems: string[] = [];
  let isChained = false;
  return {
    writers,
    problems,
    add: (key, body) => {
      const writer = /[^/]+(?=\/)/.exec(key.slice(prefix.length))?.[0];
      const name = writer ?? FIRST_WRITER;
      const ends = writers.get(name) ?? [];
      const objects = ends.length + 1;
      const expected = recordsKey(runId, objects, writer);
      if (key !== expected) throw new UnreadableLedgerError(`${expected} is missing from ${location}`);
      const [line = ''] = body.split('\n', 1);
      isChained ||= isChainLine(line);
      // Objects from before 0.2.0 have no such line.
      if (isChained && line !== chainLine(ends.at(-1) ?? NO_OBJECTS))
        problems.push(`${key} does not continue the object before it: one of them was changed.`);
      ends.push({ objects, sha256: sha256(body) });
      writers.set(name, ends);
    },
  };
}

export function isChainLine(line: string): boolean {
  return line.startsWith('{"previous":');
}

/** The last object of each writer. */
export function endsOf({ writers }: Chain): Record<string, LogEnd> {
  return Object.fromEntries([...writers].map(([writer, ends]) => [writer, ends.at(-1) ?? NO_OBJECTS]));
}
