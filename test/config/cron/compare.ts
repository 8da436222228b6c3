import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { firingAfter } from '../../../src/config/schedule-expression.ts';
import type { PythonEnvironment } from '../../emulators/python.ts';

export interface Question {
  readonly expression: string;
  readonly timezone: string;
  readonly after: string;
  readonly count: number;
}

export type Difference = Question & { readonly ours: readonly string[]; readonly second: readonly string[] };

/** The firings that croner and the second evaluator do not both give. */
export async function differences(
  python: PythonEnvironment,
  asked: readonly Question[],
  firingsOf = ourFirings,
): Promise<Difference[]> {
  const second = await ask(python, asked);
  return asked.flatMap((question, index) => {
    const found = { ...question, ours: firingsOf(question), second: second[index] ?? ['no answer'] };
    return JSON.stringify(found.ours) === JSON.stringify(found.second) ? [] : [found];
  });
}

export function ourFirings({ expression, timezone, after, count }: Question): string[] {
  const found: string[] = [];
  for (let at: Date | undefined = new Date(after); found.length < count; found.push(at.toISOString())) {
    at = firingAfter({ expression, timezone }, at);
    // The last year that AWS knows; Croner knows more, and the fifth Wednesday of February is rare.
    if (at === undefined || at.getUTCFullYear() > 2199) break;
  }
  return found;
}

async function ask(python: PythonEnvironment, asked: readonly Question[]): Promise<string[][]> {
  const script = join(import.meta.dirname, 'second_evaluator.py');
  const answer = await new Promise<string>((resolve, reject) => {
    const child = execFile(python.bin('python'), [script], { maxBuffer: 2 ** 30 }, (error, stdout) => {
      if (error) reject(new Error(error.message));
      else resolve(stdout);
    });
    child.stdin?.end(JSON.stringify(asked));
  });
  return (JSON.parse(answer) as string[][]).map((firings) =>
    firings.map((firing) => new Date(firing).toISOString()),
  );
}
