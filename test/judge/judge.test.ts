import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { pythonEnvironment } from '../emulators/python.ts';
import { startProgram } from '../support/keysweep-process.ts';
import { keysweepProgram } from '../support/keysweep-program.ts';

const python = await pythonEnvironment();

/** A few of the random organizations of `npm run test:judge`, and all that has a name. */
describe.skipIf(python === undefined)('the second judge', () => {
  it('has no objection, and notices every lie', { timeout: 1_200_000 }, async () => {
    const judge = ['-B', join(import.meta.dirname, 'judge.py'), '--seeds', '5'];
    const program = ['--program', process.execPath, keysweepProgram()];
    const { code, stdout, stderr } = await startProgram(
      python?.bin('python') ?? '',
      [...judge, ...program],
      {},
    ).ended;
    const objections = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('judge: '));
    expect({ code, objections, stderr }).toEqual({ code: 0, objections: [], stderr: '' });
    expect(stdout).toMatch(/judge: \d{2} scenarios.*\njudge: \d{2} lies to the judge.*\njudge: 5 seeds/);
  });
});
