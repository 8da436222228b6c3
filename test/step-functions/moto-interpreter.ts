import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  type DescribeExecutionOutput,
  type DescribeMapRunOutput,
} from '@aws-sdk/client-sfn';

import { type Moto, startMoto } from '../emulators/moto.ts';
import { present } from '../emulators/seeding.ts';

/** Handles the Lambda tasks. */
export type Behind = (event: unknown) => Promise<unknown>;

/**
 * moto's interpreter of state machines (that of LocalStack). Its calls to other services go to this process,
 * which answers those to Lambda and forwards all others to moto.
 */
export interface MotoInterpreter {
  readonly url: string;
  /** Can be replaced. */
  behind: Behind;
  /** @returns its ARN. @throws an error whose `$response` has the status 400 when moto cannot read it */
  readonly create: (name: string, definition: string) => Promise<string>;
  readonly run: (stateMachineArn: string, name: string, input: object) => Promise<DescribeExecutionOutput>;
  /** In the order of their start. */
  readonly mapRuns: (executionArn: string | undefined) => Promise<DescribeMapRunOutput[]>;
  /** The executions of a Map Run. */
  readonly children: (mapRunArn: string | undefined) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export async function startMotoInterpreter(region: string): Promise<MotoInterpreter> {
  const interpreter: Pick<MotoInterpreter, 'behind'> = { behind: () => Promise.reject(new Error('nobody')) };
  let url = '';
  const server = createServer((asked, answer) => {
    const lambda = /^\/2015-03-31\/functions\/[^/]+\/invocations$/.test(asked.url ?? '');
    const answered = lambda ? invoke(interpreter.behind, asked, answer) : forward(url, asked, answer);
    answered.catch((error: unknown) => answer.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const moto = present(await startMoto({ MOTO_PORT: String((server.address() as AddressInfo).port) }));
  url = moto.url;
  await fetch(`${url}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const sfn = new SFNClient({ endpoint: url, region, credentials, maxAttempts: 1 });
  return Object.assign(interpreter, { url, ...asking(sfn), close: () => closeAll(server, moto) });
}

function asking(sfn: SFNClient): Pick<MotoInterpreter, 'create' | 'run' | 'mapRuns' | 'children'> {
  return {
    create: async (name, definition) => {
      const roleArn = 'arn:aws:iam::123456789012:role/keysweep-run';
      const made = await sfn.send(new CreateStateMachineCommand({ name, roleArn, definition }));
      return present(made.stateMachineArn);
    },
    run: async (stateMachineArn, name, input) => {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      for (;;) {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (execution.status !== 'RUNNING') return execution;
        await wait(50);
      }
    },
    mapRuns: async (executionArn) => {
      const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
      return Promise.all(mapRuns.map(({ mapRunArn }) => sfn.send(new DescribeMapRunCommand({ mapRunArn }))));
    },
    children: (mapRunArn) => sfn.send(new ListExecutionsCommand({ mapRunArn })),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function invoke(behind: Behind, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const event: unknown = JSON.parse(await text(asked));
  try {
    const given = await behind(event);
    answer.writeHead(200).end(JSON.stringify(given));
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    answer
      .writeHead(200, { 'X-Amz-Function-Error': 'Unhandled' })
      .end(JSON.stringify({ errorType, errorMessage }));
  }
}

async function forward(url: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, headers } = asked;
  const passed = request(new URL(asked.url ?? '', url), { method, headers });
  const [[response]] = await Promise.all([
    once(passed, 'response') as Promise<[IncomingMessage]>,
    pipeline(asked, passed),
  ]);
  answer.writeHead(response.statusCode ?? 502, response.headers);
  await pipeline(response, answer);
}

async function closeAll(server: Server, moto: Moto): Promise<void> {
  await moto.close();
  server.closeAllConnections();
  server.close();
}
