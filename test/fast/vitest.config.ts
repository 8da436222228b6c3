import { defineConfig } from 'vitest/config';

import base from '../../vitest.config.ts';
import { EndOfLog } from '../support/end-of-log.ts';

/** Rooms that start processes and emulators, or that play runs by the thousand. */
const ROOMS = [
  'bench',
  'browser',
  'cdktf',
  'clock',
  'contract',
  'crash',
  'e2e',
  'emulators',
  'batches',
  'faults',
  'judge',
  'lambda',
  'networks',
  'package',
  'properties',
  'step-functions',
];

/** Files of other rooms that do the same, or that wait for a timer. */
const FILES = [
  'aws/{rate-limit,stalling,throttled-sts}',
  'commands/{confirm,init,completion,credentials,embedded,exit-codes,help,output,runs,sandbox,secrets}',
  'hostile/{commands,names}',
  'sandbox/aws-cli-and-boto3',
  'support/type-command',
  'sweep/{trouble-alone,undo/undo-at-scale}',
];

// npm run test:fast: what is pure or in this process, for an answer within a minute.
export default defineConfig({
  test: {
    ...base.test,
    globalSetup: [],
    exclude: [...ROOMS.map((room) => `test/${room}/**`), ...FILES.map((file) => `test/${file}.test.ts`)],
    env: { ...base.test?.env, KEYSWEEP_WITHOUT_PYTHON: 'true' },
    reporters: ['default', new EndOfLog({ outputFile: 'coverage/end-of-fast-log.txt' })],
  },
});
