/* eslint-disable no-console -- what it prints is shown to whoever runs it */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { STSClient } from '@aws-sdk/client-sts';

import { activeMembers, sessionIn } from '../contenders/calls.ts';
import { GROUPS } from '../setting.ts';

type Handler = (event: object, context: object, callback: (error: Error | null) => void) => void;

/**
 * Calls the handler of dvdtoth/rotate-iam-keys, unchanged, in one account after the other. It knows one
 * account, so it is loaded anew for each, with the credentials of a session there; an account that fails does
 * not stop the others.
 */
const handler = resolve(process.argv[2] ?? '');
const require = createRequire(handler);
const aws = require('aws-sdk') as { readonly config: Record<string, unknown> };
process.env['GROUPS'] = GROUPS.join(',');
aws.config['region'] = process.env['AWS_REGION'];
aws.config['iam'] = { endpoint: process.env['AWS_ENDPOINT_URL'] };

const sts = new STSClient({ maxAttempts: 10 });
for (const account of await activeMembers()) {
  try {
    aws.config['credentials'] = await sessionIn(sts, account);
    Reflect.deleteProperty(require.cache, handler);
    await call((require(handler) as { readonly revoke: Handler }).revoke);
  } catch (error) {
    console.error(`account ${account} failed: ${String(error)}`);
    process.exitCode = 1;
  }
}

function call(revoke: Handler): Promise<void> {
  return new Promise((done, failed) => {
    revoke({}, {}, (error) => {
      if (error) failed(error);
      else done();
    });
  });
}
