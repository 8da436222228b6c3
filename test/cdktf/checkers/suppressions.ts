import type { Finding } from './checkers.ts';

/** A rule of a checker that we do not follow, where, and why. */
export interface Suppression extends Finding {
  readonly reason: string;
}

/** checkov, with everything at its default. `about` is the id of the resource in its stack. */
export const STACK_SUPPRESSIONS: readonly Suppression[] = [
  {
    rule: 'CKV_AWS_158',
    about: 'log',
    reason:
      'CloudWatch Logs encrypts by itself. The log holds names of users and ids of keys, no secrets; deployment.kmsKeyArn adds a key of your own.',
  },
  {
    rule: 'CKV_AWS_173',
    about: 'rotator',
    reason:
      'The environment holds where the ledger is, the hash of the settings and two names, no secrets; Lambda encrypts it by itself.',
  },
  {
    rule: 'CKV_AWS_145',
    about: 'ledger',
    reason:
      'S3 encrypts with its own key. A new key of ours would be destroyed with the stack and take the records with it; deployment.kmsKeyArn names one that stays.',
  },
  {
    rule: 'CKV_AWS_116',
    about: 'rotator',
    reason:
      'A failed sweep is not to be repeated from a queue: it is in the ledger, raises an alarm, and the next sweep converges.',
  },
  {
    rule: 'CKV_AWS_117',
    about: 'rotator',
    reason:
      'It talks to the public endpoints of AWS only. A VPC would need NAT or endpoints in front of IAM, STS and Organizations and protect nothing.',
  },
  {
    rule: 'CKV_AWS_115',
    about: 'rotator',
    reason:
      'New accounts have too little concurrency to reserve any. A lock in the ledger keeps two sweeps from overlapping.',
  },
  {
    rule: 'CKV_AWS_272',
    about: 'rotator',
    reason:
      'Code signing needs a signing profile of the organization. The zip has the same bytes wherever it is built, so its hash can be compared.',
  },
  {
    rule: 'CKV_AWS_50',
    about: 'rotator',
    reason:
      'A sweep makes tens of thousands of calls, each of which would be a segment; the ledger records what they did.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'schedule',
    reason: 'What the schedule sends is the word "sweep" and the time.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'notice-schedule',
    reason: 'What the schedule sends is the word "notice" and the time.',
  },
  {
    rule: 'CKV_AWS_297',
    about: 'watchdog-schedule',
    reason: 'What the schedule sends is the word "watchdog" and the time.',
  },
  {
    rule: 'CKV2_AWS_62',
    about: 'ledger',
    reason: 'Nothing has to happen when a record is written; alarms come from the metrics.',
  },
  {
    rule: 'CKV_AWS_18',
    about: 'ledger',
    reason:
      'Access logging needs a second bucket to write to; CloudTrail data events record who reads the ledger where that is wanted.',
  },
  {
    rule: 'CKV_AWS_144',
    about: 'ledger',
    reason:
      'The ledger is versioned and its loss stops no sweep: a key whose record is lost is kept longer, not deleted sooner.',
  },
];

/** checkov, with the engine `step-functions`: of its Lambda it minds what it minds of the rotator. */
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
      'Step Functions keeps the history of a Standard execution for 90 days, and the ledger what it did for longer; a log of it holds nothing more.',
  },
];

/** checkov, in every rotation role that Terraform makes. */
export const TRUST_SUPPRESSION = {
  rule: 'CKV_AWS_61',
  reason:
    'The account stands as the principal so that the trust survives when the role of the rotator is made anew; two conditions narrow it to that role and to the organization.',
};

/** checkov, with a key of one's own: it answers these two. */
export const ANSWERED_BY_A_KEY = ['CKV_AWS_158', 'CKV_AWS_145'];

/** parliament. `about` is the policy and the actions that it minds. */
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
      'To enter the rotation roles is the job; the resource names them and the condition the organization.',
  },
  {
    rule: 'RESOURCE_STAR',
    about: 'alarms-key',
    reason: 'In the policy of a key * is the key itself.',
  },
  {
    rule: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    about: 'alarms-key kms:creategrant kms:createkey kms:putkeypolicy kms:retiregrant kms:revokegrant',
    reason:
      'The account rules its key, as AWS advises: without that statement nobody could change the policy any more.',
  },
  {
    rule: 'RESOURCE_MISMATCH',
    about: 'run-role',
    reason:
      'parliament knows no executions for states:DescribeExecution; AWS names them in the policy for Distributed Maps.',
  },
];
