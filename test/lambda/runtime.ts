/*
 * Lambda's Node runtime: imports the handler and passes it one event after the other, in its own process.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { join } from 'node:path';
import { env } from 'node:process';
import { pathToFileURL } from 'node:url';

import type { Context as FullContext } from 'aws-lambda';

/** Without the methods for callback handlers. */
type Context = Omit<FullContext, 'done' | 'fail' | 'succeed'>;
type Handler = (event: unknown, context: Context) => Promise<unknown>;

const API = `http://${env['AWS_LAMBDA_RUNTIME_API'] ?? ''}/2018-06-01/runtime/invocation`;

const [file = '', name = ''] = (env['_HANDLER'] ?? '').split('.');
const source = pathToFileURL(join(env['LAMBDA_TASK_ROOT'] ?? '', `${file}.mjs`)).href;
const handler = ((await import(source)) as Record<string, Handler>)[name]!;

for (;;) {
  const next = await fetch(`${API}/next`);
  // Only in tests: Lambda would freeze the process.
  if (next.status === 410) break;
  const context = contextOf(next.headers);
  const { end, body } = await outcomeOf(await next.json(), context);
  await fetch(`${API}/${context.awsRequestId}/${end}`, { method: 'POST', body: JSON.stringify(body) });
}

async function outcomeOf(event: unknown, context: Context): Promise<{ end: string; body: unknown }> {
  try {
    return { end: 'response', body: await handler(event, context) };
  } catch (error) {
    const { name, message } = error as Error;
    return { end: 'error', body: { errorType: name, errorMessage: message } };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(headers: Headers): Context {
  const text = (header: string): string => headers.get(`lambda-runtime-${header}`) ?? '';
  return {
    awsRequestId: text('aws-request-id'),
    invokedFunctionArn: text('invoked-function-arn'),
    // eslint-disable-next-line no-restricted-syntax -- transformed alone, it imports nothing
    getRemainingTimeInMillis: () => Number(text('deadline-ms')) - Date.now(),
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'] ?? '',
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'] ?? '',
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '',
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '',
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    callbackWaitsForEmptyEventLoop: true,
  };
}
