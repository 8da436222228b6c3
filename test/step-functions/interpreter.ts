import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  type DescribeExecutionOutput,
} from '@aws-sdk/client-sfn';
import { zipSync } from 'fflate';

import { definition } from '../../cdktf/state-machine/definition.ts';
import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { startMiniStack } from '../cdktf/ministack/ministack.ts';

/** Handles the Lambda tasks. */
export type Behind = (event: unknown) => Promise<unknown>;

/**
 * The state machine on MiniStack, an independent interpreter of its language, which runs Distributed Maps
 * since 1.5. Its Lambda tasks run in this process. The names of their errors are lost, and retries do not
 * wait.
 */
export interface Interpreter {
  readonly url: string;
  readonly s3: S3Client;
  /** Can be replaced. */
  behind: Behind;
  readonly run: (name: string, input: object) => Promise<DescribeExecutionOutput>;
  readonly close: () => Promise<void>;
}

export async function startInterpreter(program: string, config: DeployableConfig): Promise<Interpreter> {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-step-functions-'));
  const interpreter: Pick<Interpreter, 'behind'> = { behind: () => Promise.reject(new Error('nobody')) };
  const server = await serve((event) => interpreter.behind(event));
  const ministack = await startMiniStack(program, folder, { SFN_WAIT_SCALE: '0' });
  const client = {
    endpoint: ministack.url,
    region: config.deployment.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sfn = new SFNClient(client);
  const { workerName, ledgerBucket, stateMachineName, stateMachineArn } = deploymentNames(config.deployment);
  await s3.send(new CreateBucketCommand({ Bucket: ledgerBucket }));
  await new LambdaClient(client).send(
    new CreateFunctionCommand({
      FunctionName: workerName,
      Runtime: 'nodejs24.x',
      Handler: 'lambda.worker',
      Role: `arn:aws:iam::${config.deployment.account}:role/keysweep-rotator`,
      Timeout: 900,
      Code: { ZipFile: zipSync({ 'lambda.mjs': new Uint8Array() }) },
      Environment: { Variables: { MINISTACK_LAMBDA_PROXY_URL: urlOf(server) } },
    }),
  );
  await sfn.send(
    new CreateStateMachineCommand({
      name: stateMachineName,
      roleArn: `arn:aws:iam::${config.deployment.account}:role/keysweep-run`,
      definition: JSON.stringify(definition(config)),
    }),
  );
  const run: Interpreter['run'] = async (name, input) => {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    for (;;) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') return execution;
      await wait(50);
    }
  };
  const close = async (): Promise<void> => {
    await ministack.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return Object.assign(interpreter, { url: ministack.url, s3, run, close });
}

async function serve(behind: Behind): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => behind(JSON.parse(body)))
      .then(
        (answer) => response.writeHead(200).end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
