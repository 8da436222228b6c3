import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { builtProgram } from '../../scripts/built-program.js';
import { pythonEnvironment } from '../emulators/python.ts';

/** `npm run test:judge`: judge.py in the Python environment of the tests, with keysweep built from `src`. */

const python = await pythonEnvironment();
if (python === undefined) process.stdout.write('judge: skipped, because there is no Python environment\n');
else {
  const program = [process.execPath, await builtProgram()];
  const judge = ['-B', join(import.meta.dirname, 'judge.py'), ...process.argv.slice(2)];
  const { status } = spawnSync(python.bin('python'), [...judge, '--program', ...program], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
