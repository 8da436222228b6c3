import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundledSource } from '../../cdktf/bundle.ts';
import { writeZip } from '../../cdktf/lambda-zip.ts';
import { deploymentApp } from '../../cdktf/synthesise.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { createSigningKey, present } from '../emulators/seeding.ts';
import { fromNow, SECOND } from '../support/clock.ts';
import { installMiniStack, type MiniStack, startMiniStack } from './ministack/ministack.ts';
import {
  endpointOf,
  accountsJson,
  keyStatus,
  type MotoOrganization,
  REGION,
  seedOrganization,
} from './moto-organization.ts';
import { allOf, type JsonObject, only, type StackJson, textOf } from './synthesised.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/**
 * Zip, function and schedule of the synthesised stack on an emulator that runs Lambdas; moto provides IAM,
 * STS and Organizations. Limits: it ignores role and runtime (it uses this machine's Node and its root user),
 * and time zone and retries of a schedule.
 */

const program = await installMiniStack();

describe.skipIf(program === undefined || (await pythonEnvironment()) === undefined)(
  'the rotator on MiniStack',
  () => {
    let moto: Moto;
    let ministack: MiniStack;
    let folder: string;
    let organization: MotoOrganization;

    beforeAll(async () => {
      moto = present(await borrowMoto());
      folder = mkdtempSync(join(tmpdir(), 'keysweep-ministack-'));
      ministack = await startMiniStack(present(program), folder);
      organization = await seedOrganization(moto);
      const { config } = organization;
      const zip = await writeZip(folder, accountsJson(config), await bundledSource());
      deploymentApp({ config, lock: undefined }, zip, join(folder, 'out')).synth();
      const stack = join(folder, 'out', 'stacks', deploymentNames(config.deployment).rotatorStack);
      const json = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as StackJson;
      await aws('s3api', 'create-bucket', '--bucket', deploymentNames(config.deployment).ledgerBucket);
      await createSigningKey(endpointOf(moto), deploymentNames(config.deployment).ledgerKeyAlias);
      await createFunction(only(json, 'aws_lambda_function'), stack);
      const { scheduleName } = deploymentNames(config.deployment);
      const schedules = allOf(json, 'aws_scheduler_schedule');
      await createSchedule(present(schedules.find(({ name }) => name === scheduleName)));
    });
    afterAll(async () => {
      await ministack.close();
      await moto.close();
      rmSync(folder, { recursive: true });
    });

    it('starts on schedule and sweeps the organization', async () => {
      const { config, members, outsider } = organization;
      const summary = await vi.waitFor(() => ledgerSummary(), { timeout: 45_000, interval: 500 });
      expect(summary).toMatchObject({
        mode: 'sweep',
        verdict: 'ok',
        accounts: { swept: 2, 'out-of-scope': 2 },
        keys: { deactivated: 2, failed: 0 },
      });
      for (const account of members) {
        expect(await keyStatus(moto, account, config)).toEqual(['Inactive']);
      }
      expect(await keyStatus(moto, outsider, config)).toEqual(['Active']);
    });

    /** @throws until one exists */
    async function ledgerSummary(): Promise<unknown> {
      const bucket = ['--bucket', deploymentNames(organization.config.deployment).ledgerBucket];
      const { Contents: objects = [] } = JSON.parse(await aws('s3api', 'list-objects-v2', ...bucket)) as {
        Contents?: { Key: string }[];
      };
      const summary = present(objects.find(({ Key }) => Key.endsWith('/summary.json')));
      const file = join(folder, 'summary.json');
      await aws('s3api', 'get-object', ...bucket, '--key', summary.Key, file);
      return JSON.parse(readFileSync(file, 'utf8'));
    }

    async function createFunction(settings: JsonObject, stack: string): Promise<void> {
      const { variables } = settings.environment as { variables: Record<string, string> };
      const services = ['IAM', 'KMS', 'STS', 'ORGANIZATIONS', 'RESOURCE_GROUPS_TAGGING_API'];
      const elsewhere = Object.fromEntries(
        services.map((service) => [`AWS_ENDPOINT_URL_${service}`, moto.url]),
      );
      const input = {
        FunctionName: textOf(settings, 'function_name'),
        Runtime: settings.runtime,
        Handler: settings.handler,
        Architectures: settings.architectures,
        Timeout: settings.timeout,
        MemorySize: settings.memory_size,
        Role: 'arn:aws:iam::000000000000:role/keysweep-rotator',
        Environment: { Variables: { ...variables, ...elsewhere } },
      };
      const zip = `fileb://${join(stack, textOf(settings, 'filename'))}`;
      await aws('lambda', 'create-function', '--cli-input-json', JSON.stringify(input), '--zip-file', zip);
    }

    /** The schedule of the stack, firing at once. */
    async function createSchedule(settings: JsonObject): Promise<void> {
      const target = settings.target as JsonObject;
      const soon = fromNow(3 * SECOND)
        .toISOString()
        .slice(0, 19);
      const input = {
        Name: textOf(settings, 'name'),
        ScheduleExpression: `at(${soon})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: `arn:aws:lambda:${REGION}:000000000000:function:keysweep-rotator`,
          RoleArn: 'arn:aws:iam::000000000000:role/keysweep-schedule',
          // EventBridge Scheduler fills in the time; MiniStack does not.
          Input: textOf(target, 'input').replace('<aws.scheduler.scheduled-time>', `${soon}Z`),
        },
      };
      await aws('scheduler', 'create-schedule', '--cli-input-json', JSON.stringify(input));
    }

    async function aws(...command: readonly string[]): Promise<string> {
      const program = present(await pythonEnvironment()).bin('aws');
      const env = { PATH: process.env.PATH, ...moto.environment(), AWS_ENDPOINT_URL: ministack.url };
      return (await promisify(execFile)(program, ['--region', REGION, ...command], { env })).stdout;
    }
  },
);
