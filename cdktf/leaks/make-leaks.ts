import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { TerraformStack } from 'cdktf';
import {
  type DeployableConfig,
  deploymentNames,
  LEAKS_FUNCTION,
  SERVICE_NAME,
} from '../../src/deployment/names.ts';
import { LEAKED_KEYS_LIVE, METRICS_NAMESPACE } from '../../src/report/metrics.ts';
import { type Alarm, anyOf, makeAlarms } from '../alarms.ts';
import { type LambdaCode, makeLambda } from '../lambda.ts';
import { forwardHealth } from './forward-health.ts';
import { leakRules } from './rules.ts';

/** Lambda keeps an event no longer: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
const SIX_HOURS = 6 * 3600;

/**
 * The Lambda for leaked keys, and what starts it: another function than the rotator, so that it may be
 * repeated, and only it may be started by events.
 * @returns the names of the alarms
 */
export function makeLeaks(
  scope: TerraformStack,
  config: DeployableConfig,
  code: LambdaCode,
  { deadLetters, topic }: { readonly deadLetters: SqsQueue; readonly topic: SnsTopic },
): string[] {
  const names = deploymentNames(config.deployment);
  const leaks = makeLambda(scope, config, code, {
    id: 'leaks',
    name: names.leaksName,
    description: 'Says whose leaked access keys are, and deactivates them, as accounts.json says.',
    handler: LEAKS_FUNCTION.handler,
    log: { id: 'leaks-log', name: names.leaksLogGroupName },
  });
  new LambdaFunctionEventInvokeConfig(scope, 'leaks-retries', {
    functionName: leaks.functionName,
    maximumRetryAttempts: LEAKS_FUNCTION.maximumRetryAttempts,
    maximumEventAgeInSeconds: SIX_HOURS,
    destinationConfig: { onFailure: { destination: deadLetters.arn } },
  });
  startByRules(scope, config, leaks, deadLetters);
  forwardHealth(scope, config);
  return makeAlarms(scope, config, topic, leakAlarms(names.leaksName));
}

function startByRules(
  scope: TerraformStack,
  config: DeployableConfig,
  leaks: LambdaFunction,
  deadLetters: SqsQueue,
): void {
  for (const { id, name, description, pattern } of leakRules(config)) {
    const rule = new CloudwatchEventRule(scope, id, {
      name,
      description,
      eventPattern: JSON.stringify(pattern),
    });
    new LambdaPermission(scope, `${id}-permission`, {
      statementId: name,
      action: 'lambda:InvokeFunction',
      functionName: leaks.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
      sourceAccount: config.deployment.account,
    });
    new CloudwatchEventTarget(scope, `${id}-target`, {
      rule: rule.name,
      arn: leaks.arn,
      retryPolicy: { maximumRetryAttempts: 100, maximumEventAgeInSeconds: SIX_HOURS },
      deadLetterConfig: { arn: deadLetters.arn },
    });
  }
}

function leakAlarms(functionName: string): Record<string, Alarm> {
  return {
    'leaked-key-live': {
      alarmDescription:
        'A leaked access key works, or may work. The notice and the log of the Lambda for leaked keys say ' +
        'whose it is; keysweep revoke deactivates it.',
      ...anyOf(METRICS_NAMESPACE, LEAKED_KEYS_LIVE, { service: SERVICE_NAME }),
    },
    'leak-failed': {
      alarmDescription:
        'The Lambda for leaked keys failed. Its log names the keys, and says why; keysweep whose and ' +
        'keysweep revoke do the same from a terminal.',
      ...anyOf('AWS/Lambda', 'Errors', { FunctionName: functionName }),
    },
  };
}
