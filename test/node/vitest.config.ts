import { defineConfig } from 'vitest/config';

import base from '../../vitest.config.ts';
import { EndOfLog } from '../support/end-of-log.ts';

/** What another Node could break: sockets, streams, signals, processes, packages, the start of the Lambda. */
const ROOMS = [
  'aws/**',
  'commands/{exit-codes,json-on-failure,output,runs,secrets,watch-run}',
  'lambda/**',
  'ledger/**',
  'networks/**',
  'package/package',
  'sandbox/**',
  'sweep/run',
];

// npm run test:node: on the Node of npm's package of that name, where the machine has another one.
const wanted = process.env.NODE_MAJOR ?? '24';
if (!process.version.startsWith(`v${wanted}.`))
  throw new Error(`These tests are for Node ${wanted}, and this is ${process.version}: npm run test:node`);

export default defineConfig({
  test: {
    ...base.test,
    include: ROOMS.map((room) => `test/${room}.test.ts`),
    env: { ...base.test?.env, KEYSWEEP_WITHOUT_PYTHON: 'true' },
    reporters: ['default', new EndOfLog({ outputFile: 'coverage/end-of-node-log.txt' })],
  },
});
