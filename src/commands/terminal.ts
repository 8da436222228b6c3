import { SingleBar } from 'cli-progress';
import pc from 'picocolors';

import { printable } from '../report/printable.ts';
import type { Style } from '../report/style.ts';
import type { Progress, Step } from '../sweep/progress.ts';

/** Where a command speaks: results on stdout, everything for people's eyes in passing on stderr. */
export interface Terminal {
  /** The result; nothing else goes to stdout. */
  readonly print: (text: string) => void;
  /** News for people. */
  readonly say: (text: string) => void;
  /** For stdout. */
  readonly style: Style;
  readonly progress: Progress;
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
}

/** The terminal of this process. Colours and the progress bar appear only where the stream is a terminal and NO_COLOR is unset. */
export function openTerminal(): Terminal {
  const bar = progressBar(process.stderr);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreLeftReader);
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

/** Whoever read along may leave, as `head` does, or close the terminal; the run and its exit code stay what they are. */
function ignoreLeftReader(error: NodeJS.ErrnoException): void {
  // EIO is what a terminal that was hung up answers: https://man7.org/linux/man-pages/man2/write.2.html
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function styleFor(stream: { readonly isTTY?: boolean }): Style {
  // isTTY is undefined, and not false, for a pipe; picocolors alone would colour every pipe where CI is set.
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
    // While accounts are being listed, there come ever more to plan.
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

/** Nothing while it cannot be told: then cli-progress gives a text instead of seconds. */
export function timeLeft(seconds: unknown): string {
  if (typeof seconds !== 'number') return '';
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.round(seconds / 60)} min left`;
}
