import type { Finding } from './checkers.ts';

/** A rule that we do not follow, where, and why. */
export interface Suppression extends Finding {
  readonly reason: string;
}

/** checkov, with all settings at their defaults. `about` is the construct ID of the resource. */
export const STACK_SUPPRESSIONS: readonly Suppression[] = [
  {
    rule: 'CKV_AWS_158',
    about: 'log',
    reason:
      'CloudWatch Logs encrypts by itself. The log contains user names and key IDs, but no secrets; ' +
      'deployment.kmsKeyArn adds your own key.',
  },
  {
    rule: 'CKV_AWS_173',
    about: 'rotator',
    reason:
      'The environment contains the ledger location, a hash and two names, but no secrets; ' +
      'Lambda encrypts it by itself.',
  },
  {
    rule: 'CKV_AWS_145',
    about: 'ledger',
    reason:
      'S3 encrypts with its own key. A key in the stack would be destroyed with it, and the records lost; ' +
      'deployment.kmsKeyArn sets one that stays.',
  },
  {
    rule: 'CKV_AWS_116',
    about: 'rotator',
    reason:
      'A failed sweep must not be retried from a queue: it is in the ledger, raises an alarm, ' +
      'and the next sweep converges.',
  },
  {
    rule: 'CKV_AWS_117',
    about: 'rotator',
    reason:
      'It uses only public endpoints of AWS. A VPC needs NAT or endpoints for IAM, STS and Organizations; ' +
      'deployment.vpc puts it into yours.',
  },
  {
    rule: 'CKV_AWS_115',
    about: 'rotator',
    reason:
      'New accounts have too little concurrency to reserve any. ' +
      'A lock in the ledger keeps two sweeps from overlapping.',
  },
  {
    rule: 'CKV_AWS_272',
    about: 'rotator',
    reason:
      'Code signing needs a signing profile of the organization. The zip is reproducible, ' +
      'so its hash can be compared.',
  },
  {
    rule: 'CKV_AWS_50',
    about: 'rotator',
    reason:
      'A sweep makes tens of thousands of calls, each of which would be a segment; ' +
      'the ledger records what they did.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'schedule',
    reason: 'The schedule sends only the word "sweep" and the time.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'notice-schedule',
    reason: 'The schedule sends only the word "notice" and the time.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'watchdog-schedule',
    reason: 'The schedule sends only the word "watchdog" and the time.',
  },
  {
    rule: 'CKV2_AWS_62',
    about: 'ledger',
    reason: 'Nothing has to happen when a record is written; alarms come from the metrics.',
  },
  {
    rule: 'CKV_AWS_18',
    about: 'ledger',
    reason: 'Access logging needs a second bucket; CloudTrail data events can record who reads the ledger.',
  },
  {
    rule: 'CKV_AWS_144',
    about: 'ledger',
    reason:
      'The ledger is versioned, and sweeps work without it: a key whose record is lost is kept longer, ' +
      'not deleted sooner.',
  },
];

/** checkov, with the engine `step-functions`: the worker has the findings of the rotator. */
export const ENGINE_SUPPRESSIONS: readonly Suppression[] = [
  ...STACK_SUPPRESSIONS.filter(({ about }) => about === 'rotator').map((of) => ({ ...of, about: 'worker' })),
  {
    rule: 'CKV_AWS_158',
    about: 'worker-log',
    reason: 'As the log of the rotator.',
  },
  {
    rule: 'CKV_AWS_284',
    about: 'run',
    reason: 'The ledger records what each step did; a trace would name the same steps.',
  },
  {
    rule: 'CKV_AWS_285',
    about: 'run',
    reason:
      'Step Functions stores the history of a Standard execution for 90 days, and the ledger its results ' +
      'for longer; a log would add nothing.',
  },
];

/** checkov, with `leaks` and a schedule for the inventory. */
export const LEAK_SUPPRESSIONS: readonly Suppression[] = [
  ...STACK_SUPPRESSIONS.filter(({ about }) => about === 'rotator').map((of) => ({
    ...of,
    about: 'leaks',
    ...(of.rule === 'CKV_AWS_116' && {
      reason: 'What fails three times goes to the queue of its event invoke configuration.',
    }),
  })),
  {
    rule: 'CKV_AWS_158',
    about: 'leaks-log',
    reason: 'As the log of the rotator.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'inventory-schedule',
    reason: 'The schedule sends only the word "inventory" and the time.',
  },
];

/** checkov, in every rotation role that Terraform deploys. */
export const TRUST_SUPPRESSION = {
  rule: 'CKV_AWS_61',
  reason:
    'The account is the principal, so that the trust survives recreating the rotator role; ' +
    'two conditions limit it to that role and to the organization.',
};

/** checkov: satisfied with your own KMS key, and in a VPC. */
export const ANSWERED_BY_SETTINGS = ['CKV_AWS_158', 'CKV_AWS_145', 'CKV_AWS_117'];

/** parliament. `about` is the policy and the reported actions. */
export const POLICY_SUPPRESSIONS: readonly Suppression[] = [
  {
    rule: 'CREDENTIALS_EXPOSURE',
    about: 'rotation-role iam:updateaccesskey',
    reason: 'UpdateAccessKey sets a key active or inactive, which is the job; it returns no secret.',
  },
  {
    rule: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    about: 'rotation-role iam:deleteaccesskey iam:updateaccesskey',
    reason: 'The two writes are the job. A Deny keeps them from users with an exempt tag.',
  },
  {
    rule: 'CREDENTIALS_EXPOSURE',
    about: 'rotator-role sts:assumerole',
    reason:
      'Assuming the rotation roles is the job; the resource names them and the condition the organization.',
  },
  ...['alarms-key', 'signing-key'].flatMap((key) => [
    { rule: 'RESOURCE_STAR', about: key, reason: 'In a key policy, * is the key itself.' },
    {
      rule: 'PERMISSIONS_MANAGEMENT_ACTIONS',
      about: `${key} kms:creategrant kms:createkey kms:putkeypolicy kms:retiregrant kms:revokegrant`,
      reason: 'The account administers its key, as AWS advises: otherwise nobody could change the policy.',
    },
  ]),
  {
    rule: 'RESOURCE_MISMATCH',
    about: 'run-role',
    reason:
      'parliament has no executions for states:DescribeExecution; AWS documents them for Distributed Maps.',
  },
  {
    rule: 'RESOURCE_MISMATCH',
    about: 'rotator-role',
    reason:
      'parliament wants a type of resource. Lambda documents */* for ec2:DeleteNetworkInterface, without ' +
      'which a function may not get into its VPC.',
  },
  {
    rule: 'UNKNOWN_CONDITION_FOR_ACTION',
    about: 'rotator-role',
    reason:
      'parliament does not know lambda:SourceFunctionArn, with which Lambda documents to deny EC2 to the ' +
      'code of a function.',
  },
];
