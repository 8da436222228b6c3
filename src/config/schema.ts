import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';
import { deploymentSchema } from './deployment-schema.ts';
import { accountId, factor, share, text, wholeNumber, words } from './field.ts';
import { scheduleProblem } from './schedule-expression.ts';
import { noticesSchema } from './notices-schema.ts';

/**
 * accounts.json: every setting once, with its default and its meaning. `npm run schema` generates the JSON
 * Schema for editors and the tables in docs/configuration.md. contradictions.ts checks across settings.
 */

const account = accountId().describe('AWS account ID: 12 digits, as a string.');

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
const organizationalUnitId = text(
  /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
  'the ID of an OU, such as ou-ab12-11112222, or of a root, such as r-ab12',
).describe('ID of an organizational unit (ou-…) or of a root (r-…).');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html: 1 to 128 of these characters. */
const GROUP_NAME = 'the name of an IAM group without its path: 1 to 128 of A-Z a-z 0-9 _ + = , . @ -';
const groupName = text(/^[\w+=,.@-]{1,128}$/, GROUP_NAME).describe(
  'Name of an IAM group, without its path. IAM ignores case.',
);

const groups = z
  .array(groupName)
  .min(1, 'at least one IAM group')
  .describe(
    'IAM groups whose members lose their access keys. In an override, the list replaces the inherited one.',
  );

const calendarDate = z.iso.date('a calendar date as YYYY-MM-DD');

/**
 * `key=value`. In AWS a key may contain `=`; here the first one ends it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
 */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}=[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Tag.html */
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u;

const tag = z
  .string()
  .regex(TAG)
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });

const tagOrNone = z.union([tag, z.literal(false)], 'a tag as key=value in quotes, or false');

export const MODES = ['deactivate', 'deactivate-then-delete', 'delete'] as const;
const mode = z
  .enum(MODES)
  .describe(
    'deactivate: only set due keys Inactive. deactivate-then-delete: ' +
      'also delete them at a later sweep, deleteAfterDays after a sweep first recorded the key as ' +
      'inactive. delete: delete due keys at once; this cannot be undone.',
  );

const ruleFields = {
  maxKeyAgeDays: wholeNumber(0, 3650).describe(
    'Age in days at which a key becomes due. 0: every key is due at every sweep.',
  ),
  maxUnusedDays: z
    .union([wholeNumber(1, 3650), z.literal(false)], 'a whole number of days from 1 to 3650, or false')
    .describe(
      'Days without use after which a key is due, also one younger than maxKeyAgeDays. A key that was ' +
        'never used counts from its creation. false: only its age makes a key due.',
    ),
  mode,
  deleteAfterDays: wholeNumber(1, 3650).describe(
    'Days between the sweep that recorded a key as inactive and the sweep that may delete it.',
  ),
  users: z
    .enum(['all', 'with-console-access'])
    .describe(
      'with-console-access: only members who have a console password (people), ' +
        'who can sign in and create a new key. all: machine users too.',
    ),
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html, plus our `*`. */
const USER_PATTERN =
  'an IAM user name, in which * matches any number of characters: 1 to 64 of A-Z a-z 0-9 _ + = , . @ - *';
const userPattern = text(/^[\w+=,.@*-]{1,64}$/, USER_PATTERN);

/** Its name alone, or with more about it. */
const exemption = (name: z.ZodString, expected: string) =>
  z.union(
    [
      name,
      z.strictObject({
        name: name.describe('As without the braces.'),
        owner: words('who is responsible for the exemption', 256)
          .optional()
          .describe('Who is responsible for the exemption.'),
        reason: words('why they are exempt', 1024).optional().describe('Why they are exempt.'),
        until: calendarDate
          .optional()
          .describe('Last day (UTC) of the exemption, as YYYY-MM-DD. Omitted: it does not end.'),
        mayMatchNothing: z
          .boolean()
          .optional()
          .describe(
            'true: it may match nothing yet. Otherwise an exemption that never matched stops every write, ' +
              'because it may be misspelled.',
          ),
      }),
    ],
    `${expected}, or an object with it as its name`,
  );

/** Most organizations have no user with it, and then nothing is wrong. */
export const DEFAULT_EXEMPT_TAG = 'keysweep=exempt';

const exemptFields = {
  users: z
    .array(exemption(userPattern, USER_PATTERN))
    .describe('Names of exempt users. * matches any number of characters; IAM ignores case.'),
  userTag: tagOrNone.describe('Users with this IAM tag (key=value) are exempt. false: no such tag.'),
  groups: z
    .array(exemption(groupName, GROUP_NAME))
    .describe('Members of these IAM groups are exempt, whatever other groups they are in.'),
};

const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  'the name of an IAM role without its path: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -',
);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: 2 to 1224 of these characters. */
const externalId = text(
  /^[\w+=,.@:/-]{2,1224}$/,
  'an external ID: 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -',
);

const roleFields = {
  name: roleName.describe('Name of the role to assume in every target.'),
  path: text(
    /^\/([\w+=,.@/-]{1,510}\/)?$/,
    'an IAM path, which starts and ends with /, of A-Z a-z 0-9 _ + = , . @ / -',
  ).describe('IAM path of that role.'),
  externalId: externalId.describe('Sent with AssumeRole; the trust policy of the role must require it.'),
};

const concurrencyFields = {
  callsPerAccount: wholeNumber(1, 20).describe(
    'Concurrent IAM calls in one account. IAM throttles per account: more than 5 rarely help.',
  ),
};

const rules = z.strictObject({
  maxKeyAgeDays: ruleFields.maxKeyAgeDays.default(0),
  maxUnusedDays: ruleFields.maxUnusedDays.default(false),
  mode: ruleFields.mode.default('deactivate-then-delete'),
  deleteAfterDays: ruleFields.deleteAfterDays.default(7),
  users: ruleFields.users.default('with-console-access'),
});

export const exemptSchema = z.strictObject({
  users: exemptFields.users.default([]),
  userTag: exemptFields.userTag.prefault(DEFAULT_EXEMPT_TAG),
  groups: exemptFields.groups.default([]),
});

const TIME_ZONE = 'an IANA time zone such as Europe/Berlin';
const timeZones = () => Intl.supportedValuesOf('timeZone');

const EXPRESSION = 'an EventBridge Scheduler expression: cron(…) or rate(…)';
/** Scheduler would reject an impossible one too, but only halfway through a deployment. */
const scheduleExpression = z
  .string(EXPRESSION)
  .regex(/^(cron|rate)\(.+\)$/, { error: EXPRESSION, abort: true })
  .superRefine((expression, context) => {
    const problem = scheduleProblem(expression);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', message: `an EventBridge Scheduler expression: ${problem}` });
  });

const partial = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).partial();

const armed = z
  .boolean()
  .describe(
    'true: a sweep may revoke keys in this account. false: the account is only planned and reported.',
  );

const override = z.strictObject({
  accounts: z
    .array(account)
    .min(1, 'at least one account ID')
    .describe('Accounts that this override applies to.')
    .optional(),
  organizationalUnits: z
    .array(organizationalUnitId)
    .min(1, 'at least one OU ID')
    .describe('Instead of accounts: OUs that this override applies to, with everything below them.')
    .optional(),
  armed: armed.optional(),
  groups: groups.optional(),
  rules: partial(ruleFields).describe('Rules to change; the others are inherited.').optional(),
  exempt: partial(exemptFields)
    .describe('Exemptions to change. A list here replaces the inherited one.')
    .optional(),
  rotationRole: partial(roleFields).describe('Settings of the role to change.').optional(),
  concurrency: partial(concurrencyFields).describe('Concurrency settings to change.').optional(),
});

const optOut = z.strictObject({
  account,
  owner: words('who is responsible for the opt-out', 256).describe('Who is responsible for the opt-out.'),
  reason: words('why the account is opted out', 1024).describe('Why the account is opted out.'),
  until: calendarDate.describe('Last day (UTC) of the opt-out, as YYYY-MM-DD.'),
});

export const limitsSchema = z.strictObject({
  maxKeys: wholeNumber(0, 1_000_000)
    .default(500)
    .describe('A sweep that would revoke more keys than this revokes none.'),
  maxKeysPerAccount: wholeNumber(0, 1_000_000)
    .default(500)
    .describe('An account in which more keys than this are due is withheld; the others are swept.'),
  maxGrowth: factor()
    .default(2)
    .describe(
      'Growth of due keys in armed accounts since the last whole sweep: a sweep that finds more than this ' +
        'many times as many revokes none. Fewer than 50 always pass.',
    ),
  maxGrowthPerAccount: factor()
    .default(4)
    .describe(
      'The same for each armed account: one with more growth is withheld; the others are swept. ' +
        'Fewer than 50 always pass.',
    ),
  maxShareOfKeys: share()
    .default(0.5)
    .describe(
      'A sweep that finds more than this share of keys over age revokes none. ' +
        'It counts the keys in armed accounts with maxKeyAgeDays above 0, and unused ones as over age. ' +
        'Fewer than 50 always pass, and so do runs of chosen accounts and plans that are applied.',
    ),
  maxAccountsDrop: share()
    .default(0.1)
    .describe(
      'A sweep whose account list shrank by more than this share since the last whole sweep ' +
        'revokes none. One account fewer always passes.',
    ),
  maxCannotAssume: share()
    .default(0.05)
    .describe(
      'A sweep that cannot enter more than this share of its targets revokes none. ' +
        'Fewer than 4 always pass.',
    ),
  maxDecisionAgeMinutes: wholeNumber(1, 15)
    .default(5)
    .describe(
      'Before keys are written to, what Organizations says of their account is read again if it was read ' +
        'longer ago than nine tenths of this. Groups, users and keys are always read again.',
    ),
});

const INVENTORIED_CREDENTIALS = ['access-keys', 'all'] as const;
export type InventoriedCredentials = (typeof INVENTORIED_CREDENTIALS)[number];

const FINDING_TYPE = 'a GuardDuty finding type such as UnauthorizedAccess:IAMUser/MaliciousIPCaller';

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
          .overwrite(canonicalTimeZone)
          .default('UTC')
          .describe('IANA time zone of the expression.'),
        noticeHours: z
          .union([wholeNumber(0, 336), z.literal(false)], 'a whole number of hours from 0 to 336, or false')
          .default(24)
          .describe(
            'A notice run announces the deployed sweep this many hours before it, ' +
              'or up to one hour earlier. 0 or false: no notice.',
          ),
        notAfterMinutes: wholeNumber(1, 10_080)
          .default(180)
          .describe(
            'A deployed sweep that starts more than this many minutes after its time (plus ' +
              'deployment.flexibleWindowMinutes) revokes nothing, and is not ok.',
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
      .describe('The role to assume in every target.'),
    scope: z
      .strictObject({
        organizationalUnits: z
          .array(organizationalUnitId)
          .min(1, 'at least one OU ID')
          .optional()
          .describe('Sweep only accounts below these OUs. Omitted: the whole organization.'),
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
        'Accounts with this Organizations tag (key=value) are opted out. false: no such tag. ' +
          'Read again before a sweep revokes keys in an account.',
      ),
    defaults: z
      .strictObject({
        armed: armed.default(false),
        groups,
        rules: rules.prefault({}).describe('What makes a key due, and what happens to it.'),
        exempt: exemptSchema.prefault({}).describe('Exempt users: their keys are kept.'),
      })
      .describe('Settings of every account, unless an override changes them.'),
    overrides: z
      .array(override)
      .prefault([])
      .describe('Other settings for some accounts: by OU (the nearest one wins), then by account.'),
    optOuts: z
      .array(optOut)
      .default([])
      .describe('Accounts that are opted out, each with owner, reason and end date.'),
    limits: limitsSchema
      .prefault({})
      .describe(
        'The breaker: if a limit is exceeded, nothing is written and the exit code is 3; if one account ' +
          'exceeds a limit, nothing is written there and the exit code is 1.',
      ),
    concurrency: z
      .strictObject({
        accounts: wholeNumber(1, 1000)
          .default(100)
          .describe('Maximum number of accounts swept at the same time.'),
        callsPerAccount: concurrencyFields.callsPerAccount.default(4),
      })
      .prefault({})
      .describe('How much a sweep does at the same time.'),
    notices: noticesSchema
      .prefault({})
      .describe('Who is notified of what the deployed rotator will do and has done (docs/notices.md).'),
    report: z
      .strictObject({
        groupBy: text(TAG_KEY, 'the key of an account tag')
          .optional()
          .describe(
            'Key of a tag of accounts: the report adds up accounts and keys by its values. ' +
              'It is read with optOutTag, and needs no further call or permission.',
          ),
        site: z
          .boolean()
          .default(false)
          .describe(
            'true: after each run, the deployed rotator also writes index.html into the ledger: ' +
              'the pages of all runs, and the year in charts.',
          ),
        securityHub: z
          .boolean()
          .default(false)
          .describe(
            'true: after each sweep, the deployed rotator imports findings into AWS Security Hub, in its ' +
              'own account and Region: keys that are over age, exempt or escaped.',
          ),
      })
      .prefault({})
      .describe('The reports of runs (docs/report.md).'),
    inventory: z
      .strictObject({
        credentials: z
          .enum(INVENTORIED_CREDENTIALS)
          .default('access-keys')
          .describe(
            'access-keys: access keys of IAM users, and the number of root keys. all: also ' +
              'service-specific credentials, SSH keys and signing certificates, at three calls a user.',
          ),
        lastUse: z
          .boolean()
          .default(false)
          .describe('true: also read when each access key was last used, at one call a key.'),
        schedule: scheduleExpression
          .optional()
          .describe(
            'When the deployed inventory runs, in schedule.timezone, such as weekly, before the sweep. ' +
              'Omitted: only keysweep inventory makes one.',
          ),
      })
      .optional()
      .describe(
        'Lets the deployed rotation role make an inventory of all users and their credentials ' +
          '(docs/inventory.md).',
      ),
    leaks: z
      .strictObject({
        mode: z
          .enum(['report', 'revoke'])
          .default('report')
          .describe(
            'report: notify of whose the key is. revoke: deactivate it first, whatever the other settings ' +
              'say, as keysweep revoke does.',
          ),
        guardDutyFindings: z
          .array(text(/^[A-Za-z]+:[A-Za-z0-9]+\/[\w.!-]+$/, FINDING_TYPE))
          .default([])
          .describe(
            'Types of GuardDuty findings that count as a leak of the access key in them, such as ' +
              'UnauthorizedAccess:IAMUser/MaliciousIPCaller.',
          ),
      })
      .optional()
      .describe(
        'Deploys a Lambda for access keys that AWS Health reports as exposed, or an operator names ' +
          '(docs/deployment.md#leaked-keys). Omitted: none.',
      ),
    deployment: deploymentSchema
      .optional()
      .describe(
        'What `npm run deploy` deploys, and where. A plan or a sweep from a terminal does not need it.',
      ),
  })
  .meta({
    title: 'keysweep accounts.json',
    description: 'Which access keys of an AWS organization keysweep revokes.',
  });

/** Unlike EventBridge Scheduler, Node also accepts offsets such as +01:00. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** EventBridge Scheduler and people compare names letter by letter; Node ignores case. */
function canonicalTimeZone(name: string): string {
  // overwrite also runs after a failed refine.
  if (!isTimeZone(name)) return name;
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  // Another name is an alias, such as Asia/Kolkata, which is kept.
  return timeZone.toLowerCase() === name.toLowerCase() || !/^[A-Z]/.test(name) ? timeZone : name;
}

export function detailsOf(exemption: Exemption): ExemptionDetails {
  return typeof exemption === 'string' ? { name: exemption } : exemption;
}

/** accounts.json before defaults. */
export type ConfigInput = z.input<typeof configSchema>;
/** accounts.json with every default filled in. */
export type Config = z.output<typeof configSchema>;
export type Rules = Config['defaults']['rules'];
export type Exempt = DeepReadonly<Config['defaults']['exempt']>;
/** Of users, by a pattern, or of a group. */
export type Exemption = Exempt['users'][number];
export type ExemptionDetails = Exclude<Exemption, string>;
export type Override = Config['overrides'][number];
export type OptOut = Config['optOuts'][number];
export type Limits = Config['limits'];
export type Notices = Config['notices'];
export type RotationRole = Config['rotationRole'];
export type Tag = z.output<typeof tag>;
