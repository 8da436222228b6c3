/**
 * The layers of keysweep, top to bottom. A file imports from its own folder and from layers below, never
 * upward and never from another folder of its layer. docs/architecture.md draws them.
 */
export const LAYERS = [
  ['cdktf'],
  ['src/cli.ts', 'src/lambda.ts'],
  ['src/commands', 'src/rotator'],
  ['src/publish'],
  ['src/report'],
  ['src/batches', 'src/doctor'],
  ['src/sweep'],
  ['src/ledger', 'src/targets'],
  ['src/rules', 'src/organization', 'src/deployment'],
  ['src/aws'],
  ['src/config'],
];

/** The steps of a sweep. Each may use those before it; run.ts puts them in order. */
const STEPS = ['survey', 'plan', 'apply', 'undo'].map((step) => `src/sweep/${step}`);

/** Matches the files of these folders, and single files. */
const below = (places) => `^(?:${places.map((place) => place.replace(/\.ts$/, '\\.ts$')).join('|')})(?:/|$)`;

const folders = LAYERS.flat();

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...LAYERS.slice(1).map((layer, at) => ({
      name: `not-upward-from-${layer.map((folder) => folder.replace('src/', '')).join('-and-')}`,
      severity: 'error',
      from: { path: below(layer) },
      to: { path: below(LAYERS.slice(0, at + 1).flat()) },
    })),
    ...LAYERS.flatMap((layer) =>
      layer.map((folder) => ({
        name: `not-beside-${folder.replace('src/', '')}`,
        severity: 'error',
        from: { path: below([folder]) },
        to: { path: below(layer), pathNot: below([folder]) },
      })),
    ).filter(({ to }) => to.path !== to.pathNot),
    ...STEPS.slice(1).map((step, at) => ({
      name: `not-back-from-${step.replace('src/', '')}`,
      severity: 'error',
      from: { path: below(STEPS.slice(0, at + 1)) },
      to: { path: below([step]) },
    })),
    {
      name: 'every-file-in-a-layer',
      severity: 'error',
      from: { path: '^src/', pathNot: below(folders) },
      to: {},
    },
    {
      name: 'sandbox-only-in-demo',
      comment: 'The product sweeps AWS. Only these two commands start the organization in memory.',
      severity: 'error',
      from: { path: below(folders), pathNot: '^src/commands/(program/)?(demo|sandbox)\\.ts$' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'no-sandbox-in-the-lambda',
      severity: 'error',
      from: { path: '^src/lambda\\.ts$' },
      to: { path: '^(sandbox|src/commands)/', reachable: true },
    },
    {
      name: 'sandbox-knows-no-keysweep',
      comment:
        'It writes an accounts.json for its organization, and is a witness against keysweep in all else.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|cdktf)/', pathNot: '^src/config/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
