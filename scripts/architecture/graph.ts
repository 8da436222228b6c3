import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';

export interface Graph {
  /** Every source file, by path. */
  readonly files: readonly string[];
  /** What imports what, type imports included. */
  readonly imports: readonly Import[];
  /** How many files import themselves by way of others. */
  readonly inCycles: number;
}

export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Reads the import graph of these folders of a checkout. */
export async function readGraph(root: string, folders: readonly string[]): Promise<Graph> {
  const { output } = await cruise([...folders], {
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    ruleSet: { forbidden: [{ name: 'no-cycle', from: {}, to: { circular: true } }] },
    validate: true,
  });
  const modules = (output as ICruiseResult).modules.filter(({ source }) => isIn(source, folders));
  return {
    files: modules.map(({ source }) => source).toSorted(),
    imports: modules.flatMap(importsOf).filter(({ to }) => isIn(to, folders)),
    inCycles: modules.filter(({ dependencies }) => dependencies.some(({ circular }) => circular)).length,
  };
}

/** The edges between what files belong to, such as their folders, each once. */
export function edgesBetween(graph: Graph, groupOf: (file: string) => string): Import[] {
  const edges = graph.imports.map(({ from, to }) => ({ from: groupOf(from), to: groupOf(to) }));
  const byName = new Map(edges.map((edge) => [`${edge.from} → ${edge.to}`, edge]));
  return [...byName.values()].filter(({ from, to }) => from !== to);
}

function importsOf({ source, dependencies }: IModule): Import[] {
  return dependencies.map(({ resolved }) => ({ from: source, to: resolved }));
}

function isIn(file: string, folders: readonly string[]): boolean {
  return file.endsWith('.ts') && folders.some((folder) => file.startsWith(`${folder}/`));
}
