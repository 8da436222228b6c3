import type { Objects } from './stack-json.ts';

export interface Output {
  readonly value: string;
  readonly description: string;
}

/** Name, resource, attribute and description; a module has those of its resources. */
const OUTPUTS = [
  ['ledger_bucket', 'aws_s3_bucket.ledger', 'id', 'Name of the bucket with the records of the runs.'],
  ['signing_key_arn', 'aws_kms_key.signing-key', 'arn', 'ARN of the key that signs the ledger.'],
  ['function_name', 'aws_lambda_function.rotator', 'function_name', 'Name of the Lambda that sweeps.'],
  ['function_arn', 'aws_lambda_function.rotator', 'arn', 'ARN of the Lambda that sweeps.'],
  ['role_arn', 'aws_iam_role.rotator-role', 'arn', 'ARN of the role of the Lambdas.'],
  ['alarm_topic_arn', 'aws_sns_topic.alarms', 'arn', 'ARN of the topic that gets the alarms.'],
  ['notice_topic_arn', 'aws_sns_topic.notices', 'arn', 'ARN of the topic that gets the notices.'],
  [
    'dead_letter_queue_arn',
    'aws_sqs_queue.dead-letters',
    'arn',
    'ARN of the queue of events that could not be delivered.',
  ],
  ['state_machine_arn', 'aws_sfn_state_machine.run', 'arn', 'ARN of the state machine that runs a sweep.'],
  [
    'stack_set_arn',
    'aws_cloudformation_stack_set.stack-set',
    'arn',
    'ARN of the StackSet that creates the rotation roles.',
  ],
] as const;

export function outputsOf(resources: Objects): Record<string, Output> {
  const exists = (resource: string) => {
    const [type = '', id = ''] = resource.split('.');
    return resources[type]?.[id] !== undefined;
  };
  return Object.fromEntries(
    OUTPUTS.filter(([, resource]) => exists(resource)).map(([name, resource, attribute, description]) => [
      name,
      { value: `\${${resource}.${attribute}}`, description },
    ]),
  );
}
