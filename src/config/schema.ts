import * as z from 'zod';
import { deploymentSchema } from './deployment-schema.ts';
import { share, text, wholeNumber, words } from './field.ts';
import { scheduleProblem } from './schedule-expression.ts';
import { noticesSchema } from './notices-schema.ts';

/**
 * accounts.json: every setting once, with its default and its meaning. The JSON Schema for editors and the table in
 * docs/configuration.md are generated from here (`npm run schema`). What one setting alone cannot tell, such as an
 * account that two overrides name, is checked in contradictions.ts.
 */

const accountId = text(/^\d{12}$/, 'an AWS account id: 12 digits in quotes').describe(
  'AWS account id: 12 digits, as a string.',
);

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
const organizationalUnitId = text(
  /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
  'the id of an OU, such as ou-ab12-11112222, or of a root, such as r-ab12',
).describe('Id of an organizational unit (ou-…) or of a root (r-…).');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html: 1 to 128 of these characters. */
const groupName = text(
  /^[\w+=,.@-]{1,128}$/,
  'the name of an IAM group without its path: 1 to 128 of A-Z a-z 0-9 _ + = , . @ -',
).describe('Name of an IAM group, without its path. IAM compares names without case.');

const groups = z
  .array(groupName)
  .min(1, 'at least one IAM group')
  .describe(
    'IAM groups whose members lose their access keys. In an override: instead of these, not as well.',
  );

const calendarDate = z.iso
  .date('a day of the calendar as YYYY-MM-DD')
  .describe('The last day (UTC) on which the account is left out, as YYYY-MM-DD.');

/**
 * `key=value`. A key may hold `=` in AWS but not here, where the first one ends it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
 */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}=[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

const tag = z
  .string()
  .regex(TAG)
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });

const tagOrNone = z.union([tag, z.literal(false)], 'a tag as key=value in quotes, or false');

const mode = z
  .enum(['deactivate', 'deactivate-then-delete', 'delete'])
  .describe(
    'deactivate: set due keys Inactive and stop there. deactivate-then-delete: delete at a later sweep, deleteAfterDays ' +
      'after a sweep first recorded the key as inactive. delete: delete due keys at once; this cannot be undone.',
  );

const ruleFields = {
  maxKeyAgeDays: wholeNumber(0, 3650).describe(
    'Age in days from which a key is due. 0: every key at every sweep.',
  ),
  mode,
  deleteAfterDays: wholeNumber(1, 3650).describe(
    'Days between the sweep that recorded a key as inactive and the sweep that may delete it.',
  ),
  users: z
    .enum(['all', 'with-console-access'])
    .describe(
      'with-console-access: only members who have a console password (humans), who can sign in and make a new key. ' +
        'all: machine users too.',
    ),
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html: 1 to 64 of these characters, plus our `*`. */
const userPattern = text(
  /^[\w+=,.@*-]{1,64}$/,
  'an IAM user name in which * stands for any run of characters: 1 to 64 of A-Z a-z 0-9 _ + = , . @ - *',
);

const exemptFields = {
  users: z
    .array(userPattern)
    .describe('User names left out. * stands for any run of characters; IAM compares names without case.'),
  userTag: tagOrNone.describe('Users who carry this IAM tag (key=value) are left out. false: no such tag.'),
  groups: z.array(groupName).describe('Members of these IAM groups are left out, whatever else they are in.'),
};

const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  'the name of an IAM role without its path: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -',
);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: 2 to 1224 of these characters. */
const externalId = text(
  /^[\w+=,.@:/-]{2,1224}$/,
  'an external id: 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -',
);

const roleFields = {
  name: roleName.describe('Name of the role that is assumed in every target.'),
  path: text(
    /^\/([\w+=,.@/-]{1,510}\/)?$/,
    'an IAM path, which starts and ends with /, of A-Z a-z 0-9 _ + = , . @ / -',
  ).describe('IAM path of that role.'),
  externalId: externalId.describe('Sent with AssumeRole; the trust policy of the role must ask for it.'),
};

const concurrencyFields = {
  callsPerAccount: wholeNumber(1, 20).describe(
    'IAM calls in flight inside one account. IAM throttles by account: more than 5 rarely helps.',
  ),
};

const rules = z.strictObject({
  maxKeyAgeDays: ruleFields.maxKeyAgeDays.default(0),
  mode: ruleFields.mode.default('deactivate-then-delete'),
  deleteAfterDays: ruleFields.deleteAfterDays.default(7),
  users: ruleFields.users.default('with-console-access'),
});

const exempt = z.strictObject({
  users: exemptFields.users.default([]),
  userTag: exemptFields.userTag.prefault('keysweep=exempt'),
  groups: exemptFields.groups.default([]),
});

const TIME_ZONE = 'an IANA time zone such as Europe/Berlin';
const timeZones = () => Intl.supportedValuesOf('timeZone');

const EXPRESSION = 'an EventBridge Scheduler expression: cron(…) or rate(…)';
/** Scheduler would refuse an impossible one too, but only after half of a deployment is up; and no check could tell when it fires. */
const scheduleExpression = z
  .string(EXPRESSION)
  .regex(/^(cron|rate)\(.+\)$/, { error: EXPRESSION, abort: true })
  .superRefine((expression, context) => {
    const why = scheduleProblem(expression);
    if (why !== undefined)
      context.addIssue({ code: 'custom', message: `an expression of EventBridge Scheduler: ${why}` });
  });

const partial = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).partial();

const settings = {
  armed: z
    .boolean()
    .describe('true: a sweep may write in this account. false: it is planned and reported only.'),
};

const override = z.strictObject({
  accounts: z
    .array(accountId)
    .min(1, 'at least one account id')
    .describe('Accounts that this override is for.')
    .optional(),
  organizationalUnits: z
    .array(organizationalUnitId)
    .min(1, 'at least one OU id')
    .describe('Instead of accounts: OUs that this override is for, with everything below them.')
    .optional(),
  armed: settings.armed.optional(),
  groups: groups.optional(),
  rules: partial(ruleFields).describe('Rules that differ; the others stay.').optional(),
  exempt: partial(exemptFields)
    .describe('Exemptions that differ. A list here stands instead of the one above it, not as well.')
    .optional(),
  rotationRole: partial(roleFields).describe('What differs in the role that is assumed.').optional(),
  concurrency: partial(concurrencyFields)
    .describe('What differs in the calls made inside one account.')
    .optional(),
});

const optOut = z.strictObject({
  account: accountId,
  owner: words('who answers for the opt-out', 256).describe('Who answers for this opt-out.'),
  reason: words('why the account is left out', 1024).describe('Why the account is left out.'),
  until: calendarDate,
});

export const configSchema = z
  .strictObject({
    $schema: z
      .string('the path of a JSON Schema')
      .optional()
      .describe('Path of the JSON Schema, for editors.'),
    schedule: z
      .strictObject({
        expression: scheduleExpression
          .default('cron(55 23 ? * FRI *)')
          .describe('When the deployed sweep runs, as an EventBridge Scheduler expression.'),
        timezone: z
          .string(TIME_ZONE)
          .refine(isTimeZone, { error: TIME_ZONE, params: { known: timeZones } })
          .default('UTC')
          .describe('IANA time zone of the expression.'),
        noticeHours: z
          .union([wholeNumber(0, 336), z.literal(false)], 'a whole number of hours from 0 to 336, or false')
          .default(24)
          .describe(
            'At least so many hours before the deployed sweep, and at most one more, a notice run tells what will happen. 0 or false: none.',
          ),
        notAfterMinutes: wholeNumber(1, 10_080)
          .default(180)
          .describe(
            'A deployed sweep that starts later than this after its time (and deployment.flexibleWindowMinutes) revokes nothing, and is not ok.',
          ),
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
          .min(1, 'at least one OU id')
          .optional()
          .describe('Sweep only accounts below these OUs. Left out: the whole organization.'),
        managementAccount: z
          .boolean()
          .default(false)
          .describe('Sweep the management account too; it needs the rotation role like any other.'),
      })
      .prefault({})
      .describe('Which accounts are targets.'),
    optOutTag: tagOrNone
      .prefault('keysweep=opt-out')
      .describe(
        'Accounts that carry this Organizations tag (key=value) are left out. false: no such tag. Read anew before an account is written to.',
      ),
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
      .prefault([])
      .describe('Settings that differ: by OU (the nearest one wins), then by account.'),
    optOuts: z.array(optOut).default([]).describe('Accounts left out, each with owner, reason and end date.'),
    limits: z
      .strictObject({
        maxKeys: wholeNumber(0, 1_000_000)
          .default(500)
          .describe('A sweep that would revoke more keys than this revokes none.'),
        maxGrowth: z
          .number('a number, 1 or more')
          .min(1, 'a number, 1 or more')
          .default(2)
          .describe(
            'Nor one that finds more than this many times the due keys of the last whole sweep; fewer than 50 always pass.',
          ),
        maxShareOfKeys: share()
          .default(0.5)
          .describe(
            'Nor one that finds more than this share of the keys over age, of those seen in armed accounts with maxKeyAgeDays above 0; fewer than 50 always pass, and so do runs of chosen accounts and plans that are applied.',
          ),
        maxAccountsDrop: share()
          .default(0.1)
          .describe(
            'Nor one whose account list shrank by more than this share since the last whole sweep; one account less always passes.',
          ),
        maxCannotAssume: share()
          .default(0.05)
          .describe(
            'Nor one that could not get into more than this share of its targets; fewer than 4 always pass.',
          ),
      })
      .prefault({})
      .describe('The breaker: when one of these is exceeded, nothing is written and the exit code is 3.'),
    concurrency: z
      .strictObject({
        accounts: wholeNumber(1, 1000)
          .default(100)
          .describe(
            'Most accounts swept at the same time. A sweep begins with 40 at most, goes wider while the processor has time left, and narrower while AWS throttles.',
          ),
        callsPerAccount: concurrencyFields.callsPerAccount.default(4),
      })
      .prefault({})
      .describe('How wide a sweep goes.'),
    notices: noticesSchema
      .prefault({})
      .describe('Who hears of what the deployed rotator will do and has done (docs/notices.md).'),
    deployment: deploymentSchema
      .optional()
      .describe('What `npm run deploy` puts up, and where. A plan or a sweep from a terminal does without.'),
  })
  .meta({
    title: 'keysweep accounts.json',
    description: 'Which access keys of an AWS organization keysweep revokes.',
  });

/** Newer versions of Node also take offsets such as +01:00 for a zone; EventBridge Scheduler does not. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
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
export type Notices = Config['notices'];
export type RotationRole = Config['rotationRole'];
/** A tag as accounts.json names it: `key=value`. */
export type Tag = z.output<typeof tag>;
