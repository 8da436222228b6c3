import { z } from 'zod';

/**
 * accounts.json: every setting once, with its default. The JSON Schema for editors is generated from here
 * (`npm run schema`), and the table in docs/configuration.md is checked against it.
 */

const accountId = z
  .string()
  .regex(/^\d{12}$/, 'an AWS account id of 12 digits, as a string')
  .describe('AWS account id: 12 digits, as a string.');

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
const organizationalUnitId = z
  .string()
  .regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, 'an OU id (ou-…) or root id (r-…)')
  .describe('Id of an organizational unit (ou-…) or of a root (r-…).');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html: 1 to 128 of these characters. */
const groupName = z
  .string()
  .regex(/^[\w+=,.@-]{1,128}$/, 'an IAM group name without its path: 1 to 128 of A-Z a-z 0-9 _ + = , . @ -')
  .describe('Name of an IAM group, without its path. IAM compares names without case.');

const groups = z
  .array(groupName)
  .min(1, 'at least one IAM group')
  .describe(
    'IAM groups whose members lose their access keys. A replacement, not an addition, in an override.',
  );

const calendarDate = z.iso
  .date('a date as YYYY-MM-DD')
  .describe('The last day (UTC) on which the account is left out, as YYYY-MM-DD.');

/** `key=value`, as both IAM and Organizations allow them: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const tag = z
  .string()
  .regex(/^[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}=[\p{L}\p{Z}\p{N}_.:/+@-]{0,256}$/u, 'a tag as key=value')
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });

const mode = z
  .enum(['deactivate', 'deactivate-then-delete', 'delete'])
  .describe(
    'deactivate: set due keys Inactive and stop there. deactivate-then-delete: delete at a later sweep, deleteAfterDays ' +
      'after a sweep first recorded the key as inactive. delete: delete due keys at once; this cannot be undone.',
  );

const ruleFields = {
  maxKeyAgeDays: z
    .int()
    .min(0)
    .max(3650)
    .describe('Age in days from which a key is due. 0: every key at every sweep.'),
  mode,
  deleteAfterDays: z
    .int()
    .min(1)
    .max(3650)
    .describe('Days between the sweep that recorded a key as inactive and the sweep that may delete it.'),
  users: z
    .enum(['all', 'with-console-access'])
    .describe(
      'with-console-access: only members who have a console password (humans), who can sign in and make a new key. ' +
        'all: machine users too.',
    ),
};

const exemptFields = {
  users: z
    .array(z.string().min(1).max(64))
    .describe('User names left out. * stands for any run of characters; IAM compares names without case.'),
  userTag: z
    .union([tag, z.literal(false)])
    .describe('Users who carry this IAM tag (key=value) are left out. false: no such tag.'),
  groups: z.array(groupName).describe('Members of these IAM groups are left out, whatever else they are in.'),
};

const roleName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'an IAM role name without its path: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -');

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: 2 to 1224 of these characters. */
const externalId = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id: 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -');

const roleFields = {
  name: roleName.describe('Name of the role that is assumed in every target.'),
  path: z
    .string()
    .regex(/^\/([\x21-\x7e]+\/)?$/, 'an IAM path: starts and ends with /')
    .describe('IAM path of that role.'),
  externalId: externalId.describe('Sent with AssumeRole; the trust policy of the role must ask for it.'),
};

const concurrencyFields = {
  callsPerAccount: z
    .int()
    .min(1)
    .max(20)
    .describe('IAM calls in flight inside one account. IAM throttles by account: more than 5 rarely helps.'),
};

const rules = z.strictObject({
  maxKeyAgeDays: ruleFields.maxKeyAgeDays.default(0),
  mode: ruleFields.mode.default('deactivate-then-delete'),
  deleteAfterDays: ruleFields.deleteAfterDays.default(7),
  users: ruleFields.users.default('with-console-access'),
});

const exempt = z.strictObject({
  users: exemptFields.users.default([]),
  userTag: exemptFields.userTag.default({ key: 'keysweep', value: 'exempt' }),
  groups: exemptFields.groups.default([]),
});

const partial = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).partial();

const settings = {
  armed: z
    .boolean()
    .describe('true: a sweep may write in this account. false: it is planned and reported only.'),
};

const override = z
  .strictObject({
    accounts: z.array(accountId).min(1).describe('Accounts that this override is for.').optional(),
    organizationalUnits: z
      .array(organizationalUnitId)
      .min(1)
      .describe('OUs that this override is for, with everything below them.')
      .optional(),
    armed: settings.armed.optional(),
    groups: groups.optional(),
    rules: partial(ruleFields).optional(),
    exempt: partial(exemptFields).optional(),
    rotationRole: partial(roleFields).optional(),
    concurrency: partial(concurrencyFields).optional(),
  })
  .refine((entry) => (entry.accounts === undefined) !== (entry.organizationalUnits === undefined), {
    message: 'either accounts or organizationalUnits, and not both',
  });

const optOut = z.strictObject({
  account: accountId,
  owner: z.string().min(1).max(256).describe('Who answers for this opt-out.'),
  reason: z.string().min(1).max(1024).describe('Why the account is left out.'),
  until: calendarDate,
});

const share = z.number().min(0).max(1);

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Path of the JSON Schema, for editors.'),
    schedule: z
      .strictObject({
        expression: z
          .string()
          .regex(/^(cron|rate)\(.+\)$/, 'an EventBridge Scheduler expression: cron(…) or rate(…)')
          .default('cron(55 23 ? * FRI *)')
          .describe('When the deployed sweep runs, as an EventBridge Scheduler expression.'),
        timezone: z
          .string()
          .refine(isTimeZone, 'an IANA time zone such as Europe/Berlin')
          .default('UTC')
          .describe('IANA time zone of the expression.'),
      })
      .prefault({})
      .describe('When the deployed sweep runs.'),
    rotationRole: z
      .strictObject({
        name: roleFields.name.default('KeysweepRotation'),
        path: roleFields.path.default('/'),
        externalId: roleFields.externalId.optional(),
      })
      .prefault({})
      .describe('The role that is assumed in every target.'),
    scope: z
      .strictObject({
        organizationalUnits: z
          .array(organizationalUnitId)
          .min(1)
          .optional()
          .describe('Sweep only accounts below these OUs. Left out: the whole organization.'),
        managementAccount: z
          .boolean()
          .default(false)
          .describe('Sweep the management account too; it needs the rotation role like any other.'),
      })
      .prefault({})
      .describe('Which accounts are targets.'),
    optOutTag: z
      .union([tag, z.literal(false)])
      .default({ key: 'keysweep', value: 'opt-out' })
      .describe('Accounts that carry this Organizations tag (key=value) are left out. false: no such tag.'),
    defaults: z
      .strictObject({
        armed: settings.armed.default(false),
        groups,
        rules: rules.prefault({}).describe('What makes a key due, and what happens to it.'),
        exempt: exempt.prefault({}).describe('Users who are left out.'),
      })
      .describe('Settings of every account that no override names.'),
    overrides: z
      .array(override)
      .default([])
      .describe('Settings that differ: by OU (the nearest one wins), then by account.'),
    optOuts: z.array(optOut).default([]).describe('Accounts left out, each with owner, reason and end date.'),
    limits: z
      .strictObject({
        maxKeys: z
          .int()
          .min(0)
          .default(500)
          .describe('A sweep that would revoke more keys than this revokes none.'),
        maxGrowth: z
          .number()
          .min(1)
          .default(2)
          .describe('Nor one that would revoke more than this many times the keys of the last sweep.'),
        maxAccountsDrop: share
          .default(0.1)
          .describe('Nor one whose account list shrank by more than this share since the last sweep.'),
        maxCannotAssume: share
          .default(0.05)
          .describe('Nor one that could not get into more than this share of its targets.'),
      })
      .prefault({})
      .describe('The breaker: when one of these is exceeded, nothing is written and the exit code is 3.'),
    concurrency: z
      .strictObject({
        accounts: z.int().min(1).max(1000).default(40).describe('Accounts swept at the same time.'),
        callsPerAccount: concurrencyFields.callsPerAccount.default(4),
      })
      .prefault({})
      .describe('How wide a sweep goes.'),
  })
  .meta({
    title: 'keysweep accounts.json',
    description: 'Which access keys of an AWS organization keysweep revokes.',
  });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** accounts.json as written, before defaults. */
export type ConfigInput = z.input<typeof configSchema>;
/** accounts.json with every default filled in. */
export type Config = z.output<typeof configSchema>;
export type Rules = Config['defaults']['rules'];
export type Exempt = Config['defaults']['exempt'];
export type Override = Config['overrides'][number];
export type OptOut = Config['optOuts'][number];
export type Limits = Config['limits'];
export type RotationRole = Config['rotationRole'];
/** A tag as accounts.json names it: `key=value`. */
export type Tag = z.output<typeof tag>;
