import { LAYERS } from '../../.dependency-cruiser.js';
import { edgesBetween, type Graph, type Import } from './graph.ts';

const FOLDERS = LAYERS.flat();

/**
 * A Mermaid flow chart with a box per layer, a node per folder and an arrow per import. Implied arrows (a → c
 * if a → b → c) are left out.
 */
export function layersChart(graph: Graph): string {
  const edges = edgesBetween(graph, folderOf).filter(
    ({ from, to }) => FOLDERS.includes(from) && FOLDERS.includes(to),
  );
  return [
    'flowchart TB',
    ...LAYERS.flatMap((layer, at) => [
      `  subgraph layer${at}[" "]`,
      ...layer.map((folder) => `    ${idOf(folder)}["${folder}"]`),
      '  end',
    ]),
    ...withoutImplied(edges)
      .map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`)
      .toSorted(),
  ].join('\n');
}

/** Number of edges between folders against the order of the layers. */
export function upwardEdges(graph: Graph): number {
  const rank = (folder: string): number => LAYERS.findIndex((layer) => layer.includes(folder));
  return edgesBetween(graph, folderOf).filter(({ from, to }) => rank(to) >= 0 && rank(to) < rank(from))
    .length;
}

function folderOf(file: string): string {
  return FOLDERS.find((folder) => file === folder || file.startsWith(`${folder}/`)) ?? '';
}

function withoutImplied(edges: readonly Import[]): Import[] {
  const reaches = (from: string, to: string): boolean =>
    edges.some((edge) => edge.from === from && (edge.to === to || reaches(edge.to, to)));
  return edges.filter(
    ({ from, to }) => !edges.some((edge) => edge.from === from && edge.to !== to && reaches(edge.to, to)),
  );
}

function idOf(folder: string): string {
  return folder.replaceAll(/\W/g, '_');
}
