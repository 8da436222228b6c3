import pc from 'picocolors';

import type { Style } from '../report/style.ts';
import type { Progress } from '../sweep/progress.ts';
import { progressLine } from './progress-line.ts';

export interface Terminal {
  /** Prints a result on stdout. */
  readonly print: (text: string) => void;
  /** Prints a message on stderr. */
  readonly say: (text: string) => void;
  /** For stdout. */
  readonly style: Style;
  /** For stderr. */
  readonly messageStyle: Style;
  readonly progress: Progress;
  /** From then on no progress is shown. */
  readonly endProgress: () => void;
  /** Whether it can ask questions. */
  readonly interactive: boolean;
}

/** Shows colours on a terminal; NO_COLOR and FORCE_COLOR override that. */
export function openTerminal(): Terminal {
  const line = progressLine(process.stderr);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedReader);
  const writeTo =
    (stream: NodeJS.WriteStream) =>
    (text: string): void => {
      line.clear();
      stream.write(`${text}\n`);
    };
  return {
    print: writeTo(process.stdout),
    say: writeTo(process.stderr),
    style: styleFor(process.stdout),
    messageStyle: styleFor(process.stderr),
    progress: line.show,
    endProgress: line.end,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
  };
}

/** A reader that leaves, such as `head` or a closed terminal, does not change the run or its exit code. */
function ignoreClosedReader(error: NodeJS.ErrnoException): void {
  // EIO: the terminal was hung up, https://man7.org/linux/man-pages/man2/write.2.html
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

const USUAL_WIDTH = 80;

function styleFor(stream: NodeJS.WriteStream): Style {
  const paint = (name: 'bold' | 'dim' | 'green' | 'red' | 'yellow') => (text: string) =>
    pc.createColors(isColoured(stream))[name](text);
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    warn: paint('yellow'),
    // It changes with the window.
    get width() {
      // A terminal may not know: then it has 0 columns.
      return stream.isTTY ? stream.columns || USUAL_WIDTH : Infinity;
    },
  };
}

/** At each use, because `--color` comes after the terminal is opened. https://no-color.org, https://force-color.org */
function isColoured(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: never, FORCE_COLOR: force } = process.env;
  if (never) return false;
  if (force) return force !== '0';
  // isTTY is undefined for a pipe; picocolors alone would colour every pipe if CI is set.
  return stream.isTTY ? pc.isColorSupported : false;
}
