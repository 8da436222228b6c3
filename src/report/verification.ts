import type { Verification } from '../ledger/verify.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

export function renderVerification({ runs, problems }: Verification, location: string, style: Style): string {
  const { bold, good, bad, dim } = style;
  const checked = `${plural(runs, 'run')} checked`;
  if (problems.length === 0) return `${good(bold(`OK: ${checked}.`))}\n${dim(`ledger ${location}`)}`;
  const rows = problems.map(({ object, problem, detail }) => [object, problem, detail]);
  return [
    columns(['object', 'problem', 'detail'], rows, style),
    '',
    bad(bold(`${plural(problems.length, 'problem')}, ${checked}.`)),
    dim(`ledger ${location}`),
  ].join('\n');
}
