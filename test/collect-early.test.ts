import { execFileSync } from 'node:child_process';

import { expect, it } from 'vitest';

const MODULE = new URL('../src/collect-early.ts', import.meta.url).href;

/** Makes garbage that outlives small collections, around 30 MB that are in use. @returns MB of the heap at most, once V8 has settled */
const PROGRAM = `
  import { getHeapStatistics } from 'node:v8';
  const inUse = Array.from({ length: 200_000 }, (_, number) => ({ number, text: [number] }));
  const ring = [];
  let most = 0;
  for (let number = 0; number < 4_000_000; number += 1) {
    ring[number % 200_000] = { number, text: [number] };
    if (number > 2_000_000 && number % 20_000 === 0) most = Math.max(most, getHeapStatistics().used_heap_size);
  }
  console.log(most / 2 ** 20, inUse.length);
`;

function heapOf(program: string): number {
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module'], {
    input: program,
    encoding: 'utf8',
  });
  return Number.parseFloat(output);
}

it(
  'a program that lives on after many small collections keeps a heap of half the size',
  { timeout: 60_000 },
  () => {
    const asItIs = heapOf(PROGRAM);
    const early = heapOf(`import { collectEarly } from '${MODULE}'; collectEarly(); ${PROGRAM}`);
    expect(early).toBeLessThan(0.75 * asItIs);
  },
);
