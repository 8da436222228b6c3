import { blocks, prose, type Page } from './pages.ts';

/** A command line of keysweep in a page: its words, without the program's name. */
export interface CommandLine {
  readonly words: readonly string[];
  /** Text around it names the command and does not mean it to be typed as it stands. */
  readonly mentioned: boolean;
}

const PROGRAM = /^(?:\$ )?(?:npm run (?:--silent )?keysweep --|keysweep)(?=\s|$)/;

/** Every command line of keysweep in a page: in its blocks, and in `code`. */
export function commandLines(page: Page): CommandLine[] {
  // What a terminal shows has what was typed behind a prompt.
  const shown = blocks(page, 'text').map((block) => block.replaceAll(/^(?!\$ ).*$/gm, ''));
  const typed = [...blocks(page, 'sh'), ...shown]
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap(commandsIn);
  const inline = [...prose(page).matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => commandsIn(code));
  return [
    ...typed.map((words) => ({ words, mentioned: false })),
    // A name alone, or one and what may follow, is a mention: `keysweep undo`
    ...inline.map((words) => ({ words, mentioned: words.length === 1 })),
  ];
}

/** The commands of keysweep in a line of the shell, which may hold several, and others. */
export function commandsIn(line: string): string[][] {
  return segments(line.trim().replaceAll(/<[^<>|]*>/g, 'placeholder')).flatMap((segment) => {
    const text = segment.join(' ');
    const program = PROGRAM.exec(text)?.[0];
    if (program === undefined) return [];
    const words = segment.slice(program.split(' ').length).map((word) => word.replaceAll(/[[\]]/g, ''));
    return words.length === 0 || words.includes('…') ? [] : [words];
  });
}

const TOKEN = /'([^']*)'|"([^"]*)"|(&&|\|\||[|;>#()])|([^\s|;>()#&]+)/g;

/** The words of each command of a line, without the operators between them. */
function segments(line: string): string[][] {
  const found: string[][] = [[]];
  for (const [, single, double, operator, word] of line.matchAll(TOKEN)) {
    if (operator === undefined) found.at(-1)?.push(single ?? double ?? word ?? '');
    else found.push([]);
  }
  return found;
}
