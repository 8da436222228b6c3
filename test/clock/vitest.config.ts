import { defineConfig } from 'vitest/config';

import base from '../../vitest.config.ts';
import { EndOfLog } from '../support/end-of-log.ts';

/** They need the clock of moto, of MiniStack, of boto3 or of the AWS CLI, which are programs of Python. */
const OTHER_CLOCKS = [
  'test/cdktf/apply-on-*',
  'test/contract/deviations',
  'test/e2e/moto-*',
  'test/emulators/*',
  'test/sandbox/aws-cli-and-boto3',
  'test/step-functions/*',
];

process.stdout.write(
  `Skipped, because other programs have their own clock: ${OTHER_CLOCKS.join(', ')}; the moto tests of ` +
    'test/contract and test/ledger; and with Python test/cdktf/static-checks.\n',
);

export default defineConfig({
  test: {
    ...base.test,
    exclude: OTHER_CLOCKS.map((name) => `${name}.test.ts`),
    env: { ...base.test?.env, KEYSWEEP_WITHOUT_PYTHON: 'true' },
    reporters: ['default', new EndOfLog({ outputFile: 'coverage/end-of-clock-log.txt' })],
  },
});
