import { z } from 'zod';

/**
 * The part of accounts.json that only a deployment needs; a plan from a terminal does without. Every name in AWS derives
 * from these settings (`src/deployment.ts`), so no stack reads the state of another.
 */

const accountId = z.string().regex(/^\d{12}$/, 'an AWS account id of 12 digits, as a string');

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region such as eu-central-1');

const keyArn = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key');

/** What CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

const notification = z.strictObject({
  protocol: z
    .enum(['email', 'https', 'sqs', 'lambda'])
    .describe('How the alarms reach it. An email subscription has to be confirmed by its owner.'),
  endpoint: z
    .string()
    .regex(/^[\x21-\x23\x25-\x7e]{1,2048}$/, 'a mail address, URL or ARN')
    .describe('Mail address, URL or ARN, as the protocol asks.'),
});

const state = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket')
    .describe('S3 bucket that holds the state of Terraform; it must exist.'),
  region: region.describe('Region of that bucket.'),
  prefix: z
    .string()
    .regex(/^[\w./-]{1,200}$/, 'up to 200 of A-Z a-z 0-9 _ . / -')
    .default('keysweep')
    .describe('Where in the bucket: one object a stack, and its lock file.'),
  kmsKeyArn: keyArn
    .optional()
    .describe('KMS key of the state. Left out: the default encryption of the bucket.'),
});

export const deploymentSchema = z.strictObject({
  account: accountId.describe(
    'The account that the rotator runs in: the management account or a delegated administrator account.',
  ),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'an organization id (o-…)')
    .describe('Id of the organization; roles trust nobody outside it.'),
  region: region.describe('Region of the rotator, its schedule and its ledger.'),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, 'lower-case letters, digits and -, 2 to 20 of them')
    .default('keysweep')
    .describe('Start of the name of everything that is deployed in that account.'),
  delegatedAdministrator: z
    .boolean()
    .default(false)
    .describe('true: the account is a delegated administrator. false: it is the management account.'),
  flexibleWindowMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(0)
    .describe(
      'A run starts at some minute within so many after its time, as EventBridge Scheduler picks. 0: at its time.',
    ),
  memberRoles: z
    .enum(['stackset', 'direct'])
    .default('stackset')
    .describe(
      'How the rotation role gets into the accounts. stackset: a service-managed CloudFormation StackSet, future accounts ' +
        'included. direct: Terraform enters each account of the lock file; for small organizations.',
    ),
  organizationAccessRole: z
    .string()
    .regex(/^[\w+=,.@/-]{1,64}$/, 'the name of an IAM role')
    .default('OrganizationAccountAccessRole')
    .describe('direct only: the role that Terraform assumes in an account to make the rotation role there.'),
  operators: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/,
          'the ARN of an IAM role; * may stand in it',
        ),
    )
    .default([])
    .describe(
      'Roles beside the rotator that may assume the rotation role, to plan and sweep from a terminal.',
    ),
  permissionsBoundary: z
    .string()
    .regex(/^[\w+=,.@/-]{1,128}$/, 'the name of an IAM policy, with its path if it has one')
    .optional()
    .describe('Permissions boundary of every role that is made: a policy of this name in the same account.'),
  kmsKeyArn: keyArn
    .optional()
    .describe(
      'KMS key for ledger, logs and alarms. Left out: keys of AWS, and one new key for the alarm topic.',
    ),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS)
    .default(400)
    .describe('Days that the logs of the rotator are kept; one of those that CloudWatch Logs knows.'),
  ledger: z
    .strictObject({
      retentionDays: z
        .int()
        .min(30)
        .max(3650)
        .default(400)
        .describe('Days that the record of a run is kept.'),
      deleteOnDestroy: z
        .boolean()
        .default(false)
        .describe(
          'true: destroying the ledger stack deletes the records with the bucket. false: it refuses.',
        ),
    })
    .prefault({})
    .describe('The bucket with the records of the runs.'),
  notifications: z.array(notification).default([]).describe('Who hears of an alarm.'),
  state: state.optional().describe('Where Terraform keeps its state. Left out: in files beside cdktf.json.'),
  tags: z
    .record(
      z.string().regex(TAG_KEY, 'the key of an AWS tag'),
      z.string().regex(TAG_VALUE, 'the value of an AWS tag'),
    )
    .default({})
    .describe('Tags of everything that is deployed, beside those of keysweep.'),
});

/** The settings of a deployment with every default filled in. */
export type Deployment = z.output<typeof deploymentSchema>;
export type DeploymentInput = z.input<typeof deploymentSchema>;
