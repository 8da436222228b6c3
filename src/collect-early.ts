import { setFlagsFromString } from 'node:v8';

/** In percent of what was in use after the last full collection: how much more this process takes before the next. */
const GROWTH = 100;

/**
 * Lets V8 collect garbage when the heap has doubled, for this process. By itself it waits until the heap has grown to four times what is in use
 * where there is memory, and what a sweep makes for one call outlives many others while it waits for AWS, so that it ends in
 * the old part of the heap: docs/adr/0014-collect-early.md.
 */
export function collectEarly(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
