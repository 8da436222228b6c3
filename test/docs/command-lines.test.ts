import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { keysweepProgram } from '../../src/commands/keysweep.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { PLAIN } from '../../src/report/style.ts';
import { parseConfig } from '../../src/config/load.ts';
import { parseEvent } from '../../src/rotator/event.ts';
import { parseLeakEvent } from '../../src/rotator/leak-event.ts';
import { commandLines, commandsIn, type CommandLine } from './command-lines.ts';
import { blocks, PAGES, ROOT } from './pages.ts';

/**
 * Parses a command line with the real commands, without doing anything. @throws what commander says against
 * it
 */
function parse({ words, mentioned }: CommandLine): void {
  const program = keysweepProgram(silent(), () => undefined);
  for (const command of program.commands) command.action(() => undefined);
  const names = program.commands.map((command) => command.name());
  if (mentioned) expect([...names, '--help', '--version']).toContain(words[0]);
  else program.parse(words, { from: 'user' });
}

function silent(heard: string[] = []): Terminal {
  const hear = (text: string) => void heard.push(text);
  const ignore = (): void => undefined;
  const styles = { style: PLAIN, messageStyle: PLAIN };
  return { print: hear, say: hear, ...styles, progress: ignore, endProgress: ignore, interactive: false };
}

/** A decision tells what stood when it was made. */
const CURRENT = PAGES.filter(({ path }) => !path.startsWith('docs/adr/'));

const DOCUMENTED = CURRENT.flatMap((page) =>
  commandLines(page).map((line) => [`${page.path}: keysweep ${line.words.join(' ')}`, line] as const),
);

describe('a command line in the pages', () => {
  it.each(DOCUMENTED)('is one that keysweep understands: %s', (_, line) => {
    expect(() => parse(line)).not.toThrow();
  });

  it('is found in README, guide and evidence', () => {
    for (const page of ['README.md', 'docs/operating-guide.md', 'docs/evidence.md', 'docs/deployment.md'])
      expect(DOCUMENTED.filter(([name]) => name.startsWith(`${page}:`)).length, page).toBeGreaterThan(2);
  });
});

const whole = keysweepProgram(silent(), () => undefined);
const COMMANDS = whole
  .createHelp()
  .visibleCommands(whole)
  .map((command) => command.name());

describe('the table of the commands', () => {
  const page = readFileSync(join(ROOT, 'docs', 'commands.md'), 'utf8');
  const rows = page.split('\n## ')[0]?.match(/^\| `keysweep .*?\|/gm) ?? [];
  const named = new Set(rows.flatMap((row) => [...row.matchAll(/\b[a-z]+\b/g)].map(([word]) => word)));

  it.each(COMMANDS)('has a row for %s', (name) => {
    expect(named).toContain(name);
  });
});

describe('an example in the help', () => {
  it.each(COMMANDS)('of %s is one that keysweep understands', (name) => {
    const heard: string[] = [];
    const program = keysweepProgram(silent(heard), () => undefined);
    expect(() => program.parse([name, '--help'], { from: 'user' })).toThrow('(outputHelp)');
    const examples = heard.join('\n').matchAll(/^ {2}(keysweep .*?)(?: {2,}.*)?$/gm);
    const lines = [...examples].flatMap(([, example = '']) => commandsIn(example));
    expect(lines.length).toBeGreaterThan(0);
    for (const words of lines)
      expect(() => parse({ words, mentioned: false }), words.join(' ')).not.toThrow();
  });
});

describe('an npm script in the pages', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(
      ([, script = '']) => [script, path] as const,
    ),
  );

  it.each(named)('exists: %s in %s', (script) => {
    expect(Object.keys(scripts)).toContain(script);
  });
});

describe('an event for the Lambda in the pages', () => {
  const payloads = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/--payload '([^']*)'/g)].map(([, payload = '']) => [payload, path] as const),
  );

  it.each(payloads)('is one that it takes: %s in %s', (payload) => {
    const event = JSON.parse(payload) as { readonly mode: string };
    const parseIt = event.mode === 'leak' ? parseLeakEvent : parseEvent;
    expect(() => parseIt(event)).not.toThrow();
  });
});

describe('a configuration in the operating guide', () => {
  const guide = PAGES.filter(({ path }) => path === 'docs/operating-guide.md');

  it.each(guide.flatMap((page) => blocks(page, 'json')).map((json) => [json]))('is valid: %s', (json) => {
    expect(() => parseConfig(json, 'accounts.json')).not.toThrow();
  });
});

describe('the reading of command lines', () => {
  const read = (text: string) => commandLines({ path: 'a.md', text });

  it.each([
    ['keysweep plan --all', [['plan', '--all']]],
    ['npm run --silent keysweep -- show last --json | jq ".a | .b"', [['show', 'last', '--json']]],
    [
      '$ keysweep plan --out p.json && keysweep apply p.json',
      [
        ['plan', '--out', 'p.json'],
        ['apply', 'p.json'],
      ],
    ],
    ['keysweep undo <run> > undo.txt', [['undo', 'placeholder']]],
    ['keysweep sweep [--apply]', [['sweep', '--apply']]],
    ['aws iam list-users', []],
    ['keysweep-rotator', []],
    ['keysweep …', []],
  ])('takes from %s what is keysweep', (line, words) => {
    expect(commandsIn(line)).toEqual(words);
  });

  it('finds lines that go on, and code in the text', () => {
    const text =
      'See `keysweep undo` and `keysweep show last`.\n\n```sh\nkeysweep sweep \\\n  --apply\n```\n';
    expect(read(text)).toEqual([
      { words: ['sweep', '--apply'], mentioned: false },
      { words: ['undo'], mentioned: true },
      { words: ['show', 'last'], mentioned: false },
    ]);
  });

  it('takes from what a terminal shows what stands behind a prompt', () => {
    const text = '```text\n$ keysweep runs\nkeysweep will revoke 2 of your keys\n```\n';
    expect(read(text)).toEqual([{ words: ['runs'], mentioned: false }]);
  });

  it.each([['plan --al'], ['sweeep'], ['undo'], ['undo last --hold-days soon'], ['plan extra']])(
    'does not pass keysweep %s',
    (line) => {
      expect(() => parse({ words: line.split(' '), mentioned: false })).toThrow();
    },
  );

  it('does not pass the mention of a command that there is not', () => {
    expect(() => parse({ words: ['sweeep'], mentioned: true })).toThrow();
  });
});
