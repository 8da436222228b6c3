import { columns } from '../../src/report/columns.ts';
import { PLAIN } from '../../src/report/style.ts';
import { markdownTable } from '../table.ts';
import { medianOf, peerGoals, rowsOf, type PeerResults, type PeerRow } from './results.ts';
import { plainTable, shortTable, troubleTable, type Table } from './table.ts';

export function peersText(results: PeerResults): string {
  const text = ({ head, rows }: Table): string => columns(head, rows, PLAIN);
  return [text(plainTable(results)), text(troubleTable(results)), ...peerNotes(results)].join('\n');
}

export function peersMarkdown(results: PeerResults): string {
  const notes = peerNotes(results).map((note) => `- ${note}`);
  return [inMarkdown(plainTable(results)), '', inMarkdown(troubleTable(results)), '', ...notes].join('\n');
}

/** For the README. */
export function peersInShort(results: PeerResults): string {
  const { accounts, users, latency } = results.setting;
  return [
    `On the same sandbox, ${accounts} accounts with ${users} users each and ${latency} ms an answer, ` +
      'beside what else one could use:',
    '',
    inMarkdown(shortTable(results)),
    '',
    '[How that was measured](docs/scale.md#beside-others), and what each does when a role is missing or ' +
      'AWS keeps throttling.',
  ].join('\n');
}

function inMarkdown({ head, rows }: Table): string {
  return markdownTable(head, rows);
}

function peerNotes(results: PeerResults): string[] {
  return [
    Object.entries(results.conditions)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
    ...peerGoals(results),
    ...rowsOf(results).flatMap(waited),
    ...results.skipped.map((what) => `left out: ${what}`),
  ];
}

/** Where the sandbox was the narrowest place, a faster contender would not have been seen. */
function waited(row: PeerRow): string[] {
  const share = medianOf(row, (run) => run.sandboxSeconds / run.seconds);
  return share > 0.85
    ? [`${row.name} waited for the sandbox, which worked ${Math.round(share * 100)} % of the time`]
    : [];
}
