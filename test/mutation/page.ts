import { format, resolveConfig } from 'prettier';
import * as z from 'zod';

import { EQUIVALENT, type Equivalent } from './equivalent.ts';
import { NOT_MEASURED } from './rooms.ts';

export const PAGE_FILE = new URL('../../docs/mutation.md', import.meta.url);

/** Both count from 1. */
const positionSchema = z.object({ line: z.int(), column: z.int() });
type Position = z.infer<typeof positionSchema>;

/** https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.string(),
          location: z.object({ start: positionSchema, end: positionSchema }),
        }),
      ),
    }),
  ),
});

interface Mutant {
  readonly file: string;
  readonly source: string;
  readonly start: Position;
  readonly end: Position;
  readonly replacement: string;
  readonly mutator: string;
  readonly status: string;
}

/**
 * docs/mutation.md.
 * @param reports Stryker's report of each room that was run, as JSON
 * @param equivalent counted apart from other survivors
 * @throws RangeError when one of them, in a file that was run, did not survive
 */
export async function page(
  reports: readonly (readonly [room: string, report: string])[],
  equivalent: readonly Equivalent[] = EQUIVALENT,
): Promise<string> {
  const rooms = reports.map(([room, report]) => ({ room, mutants: mutantsOf(report) }));
  const all = rooms.flatMap(({ mutants }) => mutants);
  const files = new Set(all.map(({ file }) => file));
  const expected = equivalent.filter(({ file }) => files.has(file));
  const known = findAll(expected, all);
  const row = (name: string, mutants: readonly Mutant[]): string => rowOf(name, mutants, known);
  const text = [
    INTRODUCTION,
    '| Folder, file | Mutants | Killed | Timed out | Survived | Score | Equivalent |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...rooms.flatMap(({ room, mutants }) => [
      row(`**${room}**`, mutants),
      ...[...files].sort().flatMap((file) => {
        const ofFile = mutants.filter((mutant) => mutant.file === file);
        return ofFile.length > 0 ? [row(file, ofFile)] : [];
      }),
    ]),
    row('**all**', all),
    ...notMeasured(NOT_MEASURED.filter((file) => !files.has(file))),
    '\n## Equivalent\n',
    EXPLANATION,
    ...orNone(expected.flatMap(explained)),
    '\n## Survived\n\nNo test of the folder noticed these.\n',
    ...orNone(all.filter((mutant) => survived(mutant) && !known.has(mutant)).map(changed)),
  ].join('\n');
  return format(text, { ...(await resolveConfig(PAGE_FILE)), parser: 'markdown' });
}

function notMeasured(newFiles: readonly string[]): string[] {
  if (newFiles.length === 0) return [];
  const note =
    'The table is of a whole run before keysweep decided again at the write, withheld single accounts and ' +
    'signed its ledger. Files in it have changed since, and these are new:';
  return ['\n## Not measured yet\n', note, '', ...newFiles.map((file) => `- ${file}`)];
}

function mutantsOf(report: string): Mutant[] {
  const { files } = reportSchema.parse(JSON.parse(report));
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ location, mutatorName, replacement = '', status }) => ({
      file,
      source,
      ...location,
      replacement,
      mutator: mutatorName,
      status,
    })),
  );
}

function survived({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

/** One that timed out counts too: no test stopped it, so it ran all of them. */
function findAll(equivalent: readonly Equivalent[], mutants: readonly Mutant[]): ReadonlySet<Mutant> {
  const alive = mutants.filter((mutant) => survived(mutant) || mutant.status === 'Timeout');
  const found = equivalent.map((one) => alive.filter((mutant) => isSame(mutant, one)));
  const missing = equivalent.filter((_, at) => found[at]?.length === 0);
  if (missing.length > 0) {
    const list = missing.map(({ file, code, mutated }) => `${file}: ${code} -> ${mutated}`).join('\n');
    const advice = 'run their files again or remove them from test/mutation/equivalent.ts';
    throw new RangeError(`these mutants did not survive; ${advice}:\n${list}`);
  }
  return new Set(found.flat());
}

function isSame({ file, source, start, end, replacement }: Mutant, equivalent: Equivalent): boolean {
  const { code, mutated } = equivalent;
  const [from, to] = [offsetOf(source, start), offsetOf(source, end)];
  const at = source.indexOf(code);
  const isWithin = file === equivalent.file && at <= from && to <= at + code.length;
  return isWithin && source.slice(at, from) + replacement + source.slice(to, at + code.length) === mutated;
}

function offsetOf(source: string, { line, column }: Position): number {
  const before = source.split('\n').slice(0, line - 1);
  return before.reduce((sum, { length }) => sum + length + 1, column - 1);
}

function rowOf(name: string, mutants: readonly Mutant[], known: ReadonlySet<Mutant>): string {
  const others = mutants.filter((mutant) => !known.has(mutant));
  const count = (status: string): number => others.filter((mutant) => mutant.status === status).length;
  const [killed, timedOut, left] = [count('Killed'), count('Timeout'), others.filter(survived).length];
  const total = killed + timedOut + left;
  const score = `${(((killed + timedOut) / total) * 100).toFixed(1)} %`;
  return `| ${[name, total, killed, timedOut, left, score, mutants.length - others.length].join(' | ')} |`;
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['None.'];
}

/** Below its reason, which stands above the first of those that share it. */
function explained(
  { file, code, mutated, reason }: Equivalent,
  at: number,
  all: readonly Equivalent[],
): string[] {
  const change = `  - ${file}: ${quote(code)} → ${quote(mutated)}`;
  return reason === all[at - 1]?.reason ? [change] : [`- ${reason}`, change];
}

function changed({ file, source, start, mutator, replacement }: Mutant): string {
  const line = source.split('\n')[start.line - 1] ?? '';
  return `- ${file}:${start.line} (${mutator}): in ${quote(line)}, ${quote(replacement)}`;
}

/** As code in Markdown: one line of at most 100 characters, without backticks, which would end it. */
export function quote(text: string): string {
  return `\`${text.replace(/\s+/g, ' ').trim().replaceAll('`', "'").slice(0, 100)}\``;
}

const EXPLANATION = `\
No test can tell these mutants from the code. \`test/mutation/equivalent.ts\` lists their files, code
and changes, with the reasons. A mutant that makes exactly a listed change counts as equivalent if
it survived or timed out. It is an error when a test kills a listed mutant, or when its code is no
longer in the file.
`;

const INTRODUCTION = `# How strong the tests are

Generated by \`npm run mutation\`. [Stryker](https://stryker-mutator.io) makes one small change to the
code at a time (a mutant), such as \`<\` into \`<=\`, a condition into \`true\`, a text into an empty one
or a block into an empty one, and runs the tests. A mutant that no test notices has survived:
something there is not tested, or does not matter.

The folders that decide and write are mutated. Each mutant is tested only by the tests of its own
folder, such as \`test/rules\` for \`src/rules\`, so a test of another folder that notices it by chance
does not count. The fault matrix, the property tests and the tests that kill processes are not run.
A mutant that makes the tests run forever is killed too ("timed out"). Texts count like other code.

- \`npm run mutation\`: every folder. Later runs try only what has changed (\`coverage/mutation\`).
- \`npm run mutation -- rules targets\`: these folders.
- \`npm run mutation -- src/sweep/undo/apply-undo.ts\`: one file.

A file that is not in the table has nothing to mutate, only types or lists of constants; a test
checks this. The ledger's stores are left out: \`test/ledger\` tests them on real folders and buckets.
`;
