import * as z from 'zod';
import { accountId, MAIL_ADDRESS, text, wholeNumber } from './field.ts';

/**
 * The part of accounts.json that only a deployment needs. Every name in AWS derives from it
 * (src/deployment/names.ts), so no stack reads the state of another.
 */

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const region = () => text(/^[a-z]{2,5}(-[a-z]+)+-\d$/, 'an AWS Region, such as eu-central-1');

const keyArn = () =>
  text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key: arn:aws:kms:…:key/…');

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What each protocol requires: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const ENDPOINTS = {
  email: { pattern: MAIL_ADDRESS, expected: 'a mail address such as security@example.com' },
  https: { pattern: /^https:\/\/./, expected: 'a URL such as https://example.com/alarms' },
  sqs: {
    pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/,
    expected: 'the ARN of a standard queue: arn:aws:sqs:…',
  },
  lambda: {
    pattern: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/,
    expected: 'the ARN of a function: arn:aws:lambda:…:function:…',
  },
} as const;

export const notification = z
  .strictObject({
    protocol: z
      .enum(['email', 'https', 'sqs', 'lambda'])
      .describe('How the messages are delivered. The owner of a mail address must confirm the subscription.'),
    // Without the `$` and `%{` that start an expression of Terraform.
    endpoint: text(
      /^(?!.*%\{)[\x21-\x23\x25-\x7e]{1,2048}$/,
      'a mail address, a URL or an ARN, without $ and %{',
    ).describe('Mail address, URL or ARN, depending on the protocol.'),
  })
  .superRefine(({ protocol, endpoint }, context) => {
    const { pattern, expected } = ENDPOINTS[protocol];
    if (!pattern.test(endpoint)) context.addIssue({ code: 'custom', path: ['endpoint'], message: expected });
  });

const state = z.strictObject({
  bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket').describe(
    'S3 bucket for the Terraform state; it must exist.',
  ),
  region: region().describe('Region of that bucket.'),
  prefix: text(/^[\w./-]{1,200}$/, '1 to 200 of A-Z a-z 0-9 _ . / -')
    .default('keysweep')
    .describe('Prefix in the bucket, for one object per stack and its lock file.'),
  kmsKeyArn: keyArn()
    .optional()
    .describe('KMS key for the state. Omitted: the default encryption of the bucket.'),
});

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const tags = z.record(
  text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'the key of an AWS tag'),
  text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u, 'the value of an AWS tag'),
  'tags in braces: { "key": "value" }',
);

export const DEFAULT_RETENTION_DAYS = 400;

export const deploymentSchema = z.strictObject({
  account: accountId().describe(
    'The account of the rotator: the management account or a delegated administrator account.',
  ),
  organizationId: text(/^o-[a-z0-9]{10,32}$/, 'the ID of an organization, such as o-exampleorgid').describe(
    'ID of the organization. The roles trust no principal outside it.',
  ),
  region: region().describe('Region of the rotator, its schedule and its ledger.'),
  name: text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, '2 to 20 of a-z 0-9 -, a letter first')
    .default('keysweep')
    .describe('The name of everything that is deployed in that account begins with it.'),
  delegatedAdministrator: z
    .boolean()
    .default(false)
    .describe('true: the account is a delegated administrator. false: it is the management account.'),
  flexibleWindowMinutes: wholeNumber(0, 1440)
    .default(0)
    .describe(
      'A run may start up to this many minutes after its time, as EventBridge Scheduler chooses. ' +
        '0: at its time.',
    ),
  engine: z
    .enum(['lambda', 'step-functions'])
    .default('lambda')
    .describe(
      'What carries out a scheduled run. lambda: one Lambda, which has 15 minutes. ' +
        'step-functions: a state machine that ' +
        'handles the accounts in batches, for thousands of accounts; docs/scale.md says when you need it.',
    ),
  stepFunctions: z
    .strictObject({
      batchSize: wholeNumber(1, 100)
        .default(20)
        .describe('Accounts per batch. One Lambda handles a batch, and a crash interrupts one batch.'),
      maxConcurrency: wholeNumber(1, 1000)
        .default(10)
        .describe(
          'Batches at the same time. Together they stay below the STS limit of 600 AssumeRole calls a ' +
            'second.',
        ),
    })
    .prefault({})
    .describe('With the engine step-functions: how the accounts are divided into batches.'),
  memberRoles: z
    .enum(['stackset', 'direct'])
    .default('stackset')
    .describe(
      'How the rotation role is deployed. stackset: by a service-managed CloudFormation StackSet, ' +
        'into future accounts too. direct: by Terraform, which enters each account of accounts.lock.json; ' +
        'for small organizations.',
    ),
  organizationAccessRole: text(/^[\w+=,.@/-]{1,64}$/, 'the name of an IAM role')
    .default('OrganizationAccountAccessRole')
    .describe(
      'With direct: the role that Terraform assumes in an account to create the rotation role there.',
    ),
  operators: z
    .array(
      text(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/(?![*?/]+$)[\x21-\x23\x25-\x7e]+$/,
        'the ARN of an IAM role, in which * matches any number of characters, but not every role: ' +
          'otherwise anyone who can create a role could revoke keys. Name the roles, such as ' +
          'arn:aws:iam::123456789012:role/KeysweepOperator',
      ),
    )
    .default([])
    .describe(
      'Roles of that account that may also assume the rotation role, to plan and sweep from a terminal.',
    ),
  permissionsBoundary: text(/^[\w+=,.@/-]{1,128}$/, 'the name of an IAM policy, with its path if it has one')
    .optional()
    .describe(
      'Permissions boundary of every role that is created: ' +
        'the policy of this name in the account of the role.',
    ),
  kmsKeyArn: keyArn()
    .optional()
    .describe('KMS key for ledger, log and alarms. Omitted: keys of AWS, and one new key for the alarms.'),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS)
    .default(400)
    .describe('Days to keep the log of the rotator.'),
  ledger: z
    .strictObject({
      retentionDays: wholeNumber(30, 3650)
        .default(DEFAULT_RETENTION_DAYS)
        .describe('Days to keep the records of a run, and old versions of everything in the ledger.'),
      objectLock: z
        .strictObject({
          mode: z
            .enum(['governance', 'compliance'])
            .describe(
              'governance: whoever may change the policy of the bucket and bypass the lock can delete ' +
                'a version. compliance: nobody can, not even the root user.',
            ),
          days: wholeNumber(1, 3650).describe('Days in which a version cannot be deleted.'),
        })
        .optional()
        .describe(
          'S3 Object Lock for everything in the ledger, against whoever may change the policy of ' +
            'the bucket. S3 cannot switch it off again. Omitted: none.',
        ),
      deleteOnDestroy: z
        .boolean()
        .default(false)
        .describe(
          'true: destroying the ledger stack deletes the bucket with its records. ' +
            'false: destroying it is refused.',
        ),
    })
    .prefault({})
    .describe('The bucket with the records of the runs.'),
  vpc: z
    .strictObject({
      subnets: z
        .array(text(/^subnet-[0-9a-f]{8,17}$/, 'the ID of a subnet, subnet-…'))
        .min(1, 'at least one subnet')
        .describe('Private subnets of one VPC, in more than one Availability Zone if you can.'),
      securityGroups: z
        .array(text(/^sg-[0-9a-f]{8,17}$/, 'the ID of a security group, sg-…'))
        .min(1, 'at least one security group')
        .max(5, 'at most 5 security groups')
        .describe('Security groups of that VPC that let HTTPS out.'),
    })
    .optional()
    .describe(
      'The VPC of the Lambdas; docs/networks.md lists what they must reach from there. Omitted: none, and ' +
        'they reach AWS directly.',
    ),
  proxy: z
    .strictObject({
      url: text(
        /^https?:\/\/[\w.-]+(:\d{1,5})?\/?$/,
        'the URL of an HTTP proxy, such as http://proxy.example.com:3128, without user and password: ' +
          'whoever may read the function could read them',
      ).describe('The proxy through which the Lambdas reach AWS: their HTTPS_PROXY.'),
      exclude: z
        .array(text(/^[\w.*:-]+$/, 'a host, such as .s3.eu-central-1.amazonaws.com'))
        .default([])
        .describe('Hosts that are reached without it, such as those of VPC endpoints: their NO_PROXY.'),
      caFile: text(/^(?!.*%\{)[^$]{1,1024}$/, 'the path of a PEM file')
        .optional()
        .describe(
          'PEM file with the CA of a proxy that inspects TLS, relative to accounts.json. It is packed with ' +
            'the Lambdas, which trust it in addition to the CAs of Node.js.',
        ),
    })
    .optional()
    .describe('The proxy of the Lambdas. Omitted: none.'),
  cloudTrailLogGroup: text(/^[\w/.#-]{1,512}$/, 'the name of a log group')
    .optional()
    .describe(
      'The log group in that account and Region that gets the CloudTrail events of the organization. ' +
        'With it there is an alarm for every access key that the rotation role activates. ' +
        'Omitted: no such alarm.',
    ),
  notifications: z.array(notification).default([]).describe('Who is notified of an alarm.'),
  state: state
    .optional()
    .describe('Where Terraform keeps its state. Omitted: in files in the working folder.'),
  tags: tags.default({}).describe('Tags for everything that is deployed, in addition to keysweep’s own tag.'),
});

/** The settings of a deployment with every default filled in. */
export type Deployment = z.output<typeof deploymentSchema>;
export type DeploymentInput = z.input<typeof deploymentSchema>;
