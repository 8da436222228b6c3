import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { edgesBetween, readGraph, type Import } from './graph.ts';
import { upwardEdges } from './layers.ts';

/** The shortest run of repeated lines that counts. */
const REPEATED = 8;
const MAX_LINE = 110;
const DIRECTIVE = /(?:Stryker|eslint-|v8 ignore|istanbul|c8 ignore|@ts-)/;

export async function figures(root: string): Promise<Record<string, number>> {
  const product = ['src', 'cdktf'].filter((folder) => existsSync(join(root, folder)));
  const graph = await readGraph(
    root,
    [...product, 'sandbox'].filter((folder) => existsSync(join(root, folder))),
  );
  const lines = new Map(
    graph.files.map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n')]),
  );
  const inProduct = graph.files.filter(
    (file) => !file.startsWith('sandbox/') && !file.startsWith('src/sandbox/'),
  );
  const inSrc = inProduct.filter((file) => file.startsWith('src/'));
  const edges = edgesBetween(graph, roomOf);
  const sizes = inProduct.map((file) => linesOf(file).length - 1).toSorted((a, b) => a - b);
  function linesOf(file: string): readonly string[] {
    return lines.get(file) ?? [];
  }
  return {
    'files (src and cdktf, without the sandbox)': inProduct.length,
    'median lines of a file': sizes[Math.floor(sizes.length / 2)] ?? 0,
    'lines of the largest file': sizes.at(-1) ?? 0,
    'lines in src, without the sandbox': inSrc.reduce((sum, file) => sum + linesOf(file).length - 1, 0),
    'rooms (src/*, cdktf, sandbox; the files directly in src count as one)': new Set(graph.files.map(roomOf))
      .size,
    'edges between rooms': edges.length,
    'edges between rooms that import each other, directly or indirectly': edges.filter((edge) =>
      isMutual(edge, edges),
    ).length,
    'edges that run up the layers': upwardEdges(graph),
    'files in cycles, type imports included': graph.inCycles,
    [`lines over ${MAX_LINE} in TypeScript, tests included`]: longLines(root),
    'tool directives in product code': inProduct.flatMap(linesOf).filter((line) => DIRECTIVE.test(line))
      .length,
    [`repeated runs of ${REPEATED} lines or more`]: repeatedRuns(inProduct.map(linesOf)),
  };
}

/** Such as `src/sweep` for `src/sweep/plan/x.ts`. */
function roomOf(file: string): string {
  const [top = '', room, ...rest] = file.split('/');
  return top === 'src' && rest.length > 0 ? `src/${room ?? ''}` : top;
}

function isMutual({ from, to }: Import, edges: readonly Import[]): boolean {
  const seen = new Set([to]);
  for (const folder of seen) for (const edge of edges) if (edge.from === folder) seen.add(edge.to);
  return seen.has(from);
}

function longLines(root: string): number {
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return (
    files
      .filter((file) => existsSync(join(root, file)))
      .flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'))
      // As in eslint.config.js.
      .filter((line) => line.length > MAX_LINE && !/https?:\/\/|^import .*@cdktf\/provider-aws/.test(line))
      .length
  );
}

/** Imports, comments and lone brackets do not count. */
function repeatedRuns(files: readonly (readonly string[])[]): number {
  const seen = new Set<string>();
  let runs = 0;
  for (const lines of files) {
    const code = lines
      .map((line) => line.trim())
      .filter((line) => /\w/.test(line) && !/^(?:import|\*|\/[/*])/.test(line));
    let inRun = false;
    for (let at = 0; at + REPEATED <= code.length; at++) {
      const run = code.slice(at, at + REPEATED).join('\n');
      if (seen.has(run) && !inRun) runs++;
      inRun = seen.has(run);
      seen.add(run);
    }
  }
  return runs;
}
