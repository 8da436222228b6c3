import { SingleBar } from 'cli-progress';
import pc from 'picocolors';

import { printable } from '../report/printable.ts';
import type { Style } from '../report/style.ts';
import type { Progress, Step } from '../sweep/progress.ts';

export interface Terminal {
  /** Prints a result on stdout. */
  readonly print: (text: string) => void;
  /** Prints a message on stderr. */
  readonly say: (text: string) => void;
  /** For stdout. */
  readonly style: Style;
  readonly progress: Progress;
  /** Whether it can ask questions. */
  readonly interactive: boolean;
}

/** Shows colours and a progress bar only on a terminal, and no colours if NO_COLOR is set. */
export function openTerminal(): Terminal {
  const bar = progressBar(process.stderr);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedReader);
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => {
      bar.clear();
      process.stderr.write(`${text}\n`);
    },
    style: styleFor(process.stdout),
    progress: bar.show,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
  };
}

/** A reader that leaves, such as `head` or a closed terminal, does not change the run or its exit code. */
function ignoreClosedReader(error: NodeJS.ErrnoException): void {
  // EIO: the terminal was hung up, https://man7.org/linux/man-pages/man2/write.2.html
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function styleFor(stream: { readonly isTTY?: boolean }): Style {
  // isTTY is undefined for a pipe; picocolors alone would colour every pipe if CI is set.
  const coloured = stream.isTTY === true && pc.isColorSupported;
  const { bold, dim, green, red, yellow } = pc.createColors(coloured);
  return { bold, dim, good: green, bad: red, warn: yellow };
}

function progressBar(stream: NodeJS.WriteStream): { show: Progress; clear: () => void } {
  let bar: SingleBar | undefined;
  let phase = '';
  const clear = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const show = (step: Step): void => {
    if (!stream.isTTY || step.step === 'listing' || step.total === 0) return;
    if (step.step !== phase) clear();
    phase = step.step;
    bar ??= startBar(stream, step);
    // The total grows while accounts are being listed.
    bar.setTotal(step.total);
    bar.update(step.done);
    if (step.done === step.total) clear();
  };
  return { show, clear };
}

function startBar(
  stream: NodeJS.WriteStream,
  { step, total }: Exclude<Step, { step: 'listing' }>,
): SingleBar {
  const format = `${printable(step)} {bar} {value}/{total} accounts{eta_formatted}`;
  const bar = new SingleBar({
    stream,
    format,
    formatTime: timeLeft,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return bar;
}

/** Empty while unknown: then cli-progress passes a text instead of seconds. */
export function timeLeft(seconds: unknown): string {
  if (typeof seconds !== 'number') return '';
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.round(seconds / 60)} min left`;
}
