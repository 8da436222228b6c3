import * as z from 'zod';
import { MAIL_ADDRESS, text, wholeNumber } from './field.ts';

/**
 * The part of accounts.json that only a deployment needs; a plan from a terminal does without. Every name in AWS derives
 * from these settings (src/deployment/names.ts), so no stack reads the state of another.
 */

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const region = () => text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region, such as eu-central-1');

const keyArn = () =>
  text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key: arn:aws:kms:…:key/…');

/** What CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What each protocol asks for: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const ENDPOINTS = {
  email: { pattern: MAIL_ADDRESS, expected: 'a mail address such as security@example.com' },
  https: { pattern: /^https:\/\/./, expected: 'a URL such as https://example.com/alarms' },
  sqs: {
    pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/,
    expected: 'the ARN of a queue: arn:aws:sqs:…',
  },
  lambda: {
    pattern: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/,
    expected: 'the ARN of a function: arn:aws:lambda:…:function:…',
  },
} as const;

/** Somebody who subscribes to a topic. */
export const notification = z
  .strictObject({
    protocol: z
      .enum(['email', 'https', 'sqs', 'lambda'])
      .describe('How the messages get there. An email subscription has to be confirmed by its owner.'),
    // Not `$`, nor `%{`, with which Terraform would begin an expression.
    endpoint: text(
      /^(?!.*%\{)[\x21-\x23\x25-\x7e]{1,2048}$/,
      'a mail address, a URL or an ARN, without $ and %{',
    ).describe('Mail address, URL or ARN, as the protocol asks.'),
  })
  .superRefine(({ protocol, endpoint }, context) => {
    const { pattern, expected } = ENDPOINTS[protocol];
    if (!pattern.test(endpoint)) context.addIssue({ code: 'custom', path: ['endpoint'], message: expected });
  });

const state = z.strictObject({
  bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket').describe(
    'S3 bucket for the state of Terraform; it must exist.',
  ),
  region: region().describe('Region of that bucket.'),
  prefix: text(/^[\w./-]{1,200}$/, '1 to 200 of A-Z a-z 0-9 _ . / -')
    .default('keysweep')
    .describe('Where in the bucket: one object a stack, and its lock file.'),
  kmsKeyArn: keyArn()
    .optional()
    .describe('KMS key of the state. Left out: the default encryption of the bucket.'),
});

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const tags = z.record(
  text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'the key of an AWS tag'),
  text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u, 'the value of an AWS tag'),
  'tags in braces: { "key": "value" }',
);

export const deploymentSchema = z.strictObject({
  account: text(/^\d{12}$/, 'an AWS account id: 12 digits in quotes').describe(
    'The account of the rotator: the management account or a delegated administrator account.',
  ),
  organizationId: text(/^o-[a-z0-9]{10,32}$/, 'the id of an organization, such as o-exampleorgid').describe(
    'Id of the organization: the roles trust nobody outside it.',
  ),
  region: region().describe('Region of the rotator, its schedule and its ledger.'),
  name: text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, '2 to 20 of a-z 0-9 -, a letter first')
    .default('keysweep')
    .describe('With it begins the name of everything that is deployed in that account.'),
  delegatedAdministrator: z
    .boolean()
    .default(false)
    .describe('true: the account is a delegated administrator. false: it is the management account.'),
  flexibleWindowMinutes: wholeNumber(0, 1440)
    .default(0)
    .describe(
      'A run may start so many minutes after its time, as EventBridge Scheduler picks. 0: at its time.',
    ),
  engine: z
    .enum(['lambda', 'step-functions'])
    .default('lambda')
    .describe(
      'What carries out a scheduled run. lambda: one Lambda, which has 15 minutes. step-functions: a state machine that goes ' +
        'through the accounts in batches, for thousands of them; docs/scale.md says from how many on.',
    ),
  stepFunctions: z
    .strictObject({
      batchSize: wholeNumber(1, 100)
        .default(20)
        .describe(
          'Accounts in a batch. One Lambda goes through a batch, and what a crash interrupts is a batch.',
        ),
      maxConcurrency: wholeNumber(1, 1000)
        .default(10)
        .describe('Batches at a time. Together they stay below what STS gives: 600 AssumeRole a second.'),
    })
    .prefault({})
    .describe('With the engine step-functions: how the accounts are divided.'),
  memberRoles: z
    .enum(['stackset', 'direct'])
    .default('stackset')
    .describe(
      'How the rotation role gets into the accounts. stackset: by a CloudFormation StackSet that Organizations deploys, ' +
        'into future accounts too. direct: Terraform enters each account of accounts.lock.json; for small organizations.',
    ),
  organizationAccessRole: text(/^[\w+=,.@/-]{1,64}$/, 'the name of an IAM role')
    .default('OrganizationAccountAccessRole')
    .describe('With direct: the role that Terraform assumes in an account to make the rotation role there.'),
  operators: z
    .array(
      text(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x23\x25-\x7e]+$/,
        'the ARN of an IAM role, in which * stands for any run of characters',
      ),
    )
    .default([])
    .describe(
      'Roles of the account, beside the rotator, that may assume the rotation role: to plan and sweep from a terminal.',
    ),
  permissionsBoundary: text(/^[\w+=,.@/-]{1,128}$/, 'the name of an IAM policy, with its path if it has one')
    .optional()
    .describe(
      'Permissions boundary of every role that is made: the policy of this name in the account of the role.',
    ),
  kmsKeyArn: keyArn()
    .optional()
    .describe(
      'KMS key for ledger, log and alarms. Left out: the keys of AWS, and one new key for the alarms.',
    ),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS)
    .default(400)
    .describe('Days that the log of the rotator is kept.'),
  ledger: z
    .strictObject({
      retentionDays: wholeNumber(30, 3650).default(400).describe('Days that the record of a run is kept.'),
      deleteOnDestroy: z
        .boolean()
        .default(false)
        .describe(
          'true: to destroy the ledger stack deletes the bucket with its records. false: it refuses.',
        ),
    })
    .prefault({})
    .describe('The bucket with the records of the runs.'),
  notifications: z.array(notification).default([]).describe('Who hears of an alarm.'),
  state: state.optional().describe('Where Terraform keeps its state. Left out: in files beside cdktf.json.'),
  tags: tags.default({}).describe('Tags of everything that is deployed, beside that of keysweep.'),
});

/** The settings of a deployment with every default filled in. */
export type Deployment = z.output<typeof deploymentSchema>;
export type DeploymentInput = z.input<typeof deploymentSchema>;
