import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';

export interface Graph {
  readonly files: readonly string[];
  /** Type imports included. */
  readonly imports: readonly Import[];
  /** Number of files in import cycles. */
  readonly inCycles: number;
}

export interface Import {
  readonly from: string;
  readonly to: string;
}

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

/** The distinct edges between groups of files, such as folders. */
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
