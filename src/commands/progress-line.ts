import { SingleBar, type Params } from 'cli-progress';

import { awaitedHost } from '../aws/in-flight.ts';
import type { Progress, Step } from '../sweep/progress.ts';

export interface ProgressLine {
  readonly show: Progress;
  /** Until the next step. */
  readonly clear: () => void;
  /** From then on nothing is shown. */
  readonly end: () => void;
}

/** On a pipe, such as the log of a CI job, the line is printed so often. */
const PIPE_INTERVAL_MS = 10_000;

/** One line on stderr that always moves, with what the command is doing and how long it still takes. */
export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  let line: Line | undefined;
  let ended = false;
  const clear = (): void => {
    line?.stop();
    line = undefined;
  };
  const show = (step: Step): void => {
    if (ended) return;
    if (line?.step.step !== step.step) clear();
    line ??= stream.isTTY ? drawn(step, stream) : printed(step, stream);
    line.step = step;
    if ('total' in step && step.done === step.total) clear();
  };
  return {
    show,
    clear,
    end: () => {
      ended = true;
      clear();
    },
  };
}

interface Line {
  step: Step;
  readonly stop: () => void;
}

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const BAR_WIDTH = 30;

function drawn(first: Step, stream: NodeJS.WriteStream): Line {
  const stop = (): void => {
    bar.stop();
  };
  const line: Line = { step: first, stop };
  const format = (_: unknown, { startTime }: Params): string => {
    const now = Date.now();
    const frame = FRAMES[Math.floor(now / 100) % FRAMES.length] ?? '';
    return `${frame} ${words(line.step, now - startTime, BAR_WIDTH, awaitedHost())}`;
  };
  const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true, forceRedraw: true });
  bar.start(1, 0);
  return line;
}

function printed(first: Step, stream: NodeJS.WriteStream): Line {
  const startedAt = Date.now();
  const stop = (): void => {
    clearInterval(timer);
  };
  const line: Line = { step: first, stop };
  const timer = setInterval(() => {
    stream.write(`${words(line.step, Date.now() - startedAt, 0, awaitedHost())}\n`);
  }, PIPE_INTERVAL_MS);
  timer.unref();
  return line;
}

/** `planning ███░░░ 12/40 accounts, 30 s left`; `working, 3 s, waiting for sts.amazonaws.com` */
export function words(step: Step, elapsedMs: number, barWidth: number, awaited?: string): string {
  const seconds = Math.floor(elapsedMs / 1000);
  const waiting = awaited === undefined ? '' : `, waiting for ${awaited}`;
  if (!('total' in step))
    return `${step.step === 'listing' ? 'listing accounts' : step.step}, ${seconds} s${waiting}`;
  const { done, total } = step;
  const full = Math.round((barWidth * done) / Math.max(total, 1));
  const bar = barWidth > 0 ? `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ` : '';
  return `${step.step} ${bar}${done}/${total} accounts${timeLeft(step, elapsedMs)}`;
}

/** From the pace so far; empty while nothing is done. */
function timeLeft(
  { done, total }: { readonly done: number; readonly total: number },
  elapsedMs: number,
): string {
  if (done === 0) return '';
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.round(seconds / 60)} min left`;
}
