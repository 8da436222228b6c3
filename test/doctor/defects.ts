import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { STACK_SETS_SERVICE, deploymentNames } from '../../src/deployment/names.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { DoctorDependencies } from '../../src/doctor/context.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import type { RunMode, RunSummary } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { runStarted } from '../support/records.ts';
import { storeRun } from '../support/store-run.ts';
import {
  deployable,
  functionOf,
  noticeOf,
  NOW,
  REGION,
  scheduleOf,
  watchdogOf,
  type DeployedOrganization,
} from './deployed-organization.ts';

type Spoil = (deployed: DeployedOrganization, account: SandboxAccount) => void;

/** Something that is wrong, and how doctor reports it. */
export interface Defect {
  /** `status check, subject: summary`; `<account>` is replaced with the account that has the defect. */
  readonly named: string;
  /** Part of the fix. */
  readonly fix: string;
  /** Before anything is deployed. */
  readonly configure?: (config: ConfigInput, account: SandboxAccount) => ConfigInput;
  /** After everything is deployed. */
  readonly spoil?: Spoil;
  /** Applied to the accounts.json that doctor reads, but not to the deployed one. */
  readonly edit?: (config: ConfigInput) => ConfigInput;
  readonly dependencies?: (given: DoctorDependencies) => Partial<DoctorDependencies>;
  readonly store?: (given: DoctorDependencies) => Promise<void>;
}

const LEDGER = 'ledger s3://keysweep-ledger-999999999999-eu-central-1/ledger';
const names = ({ config }: DeployedOrganization) => deploymentNames(deployable(config).deployment);
const roleOf = (account: SandboxAccount) => account.role('KeysweepRotation');
const MINUTE = 60_000;

function respoil(account: SandboxAccount, change: (text: string) => string, deployed: DeployedOrganization) {
  const { roleName, trust, policies } = roleOf(account);
  const inline = [...policies].map(([name, policy]) => [name, change(policy.text)] as const);
  account.roles.remove(roleOf(account));
  deployed.organization.addRole({
    account,
    roleName,
    trust: trust.text,
    policies: Object.fromEntries(inline),
  });
}

/** A policy without the statements whose Sid starts with `sid`. */
function without(sid: string): (text: string) => string {
  return (text) => {
    const document = JSON.parse(text) as { Statement: { Sid: string }[] };
    return JSON.stringify({
      ...document,
      Statement: document.Statement.filter(({ Sid }) => !Sid.startsWith(sid)),
    });
  };
}

/** A sweep of last Friday. */
const stored = ({ store }: DoctorDependencies, overrides: Partial<RunSummary>): Promise<void> =>
  storeRun(store, { runId: '20261120T225500Z-000abc', ...overrides });

const begin = (store: ObjectStore, runId: string, mode: RunMode): Promise<void> =>
  openRunLog(store, runId).append([runStarted({ runId, mode })]);

/** Twelve defects that one organization can have at the same time, each account defect in its own account. */
export const TWELVE: Readonly<Record<string, Defect>> = {
  'no trusted access': {
    named:
      'problem trusted-access, organization o-ul54e75y01: ' +
      'StackSets have no trusted access to the organization',
    fix: 'aws cloudformation activate-organizations-access',
    spoil: ({ organization }) => void organization.serviceAccess.delete(STACK_SETS_SERVICE),
  },
  'a role that is missing': {
    named:
      'problem enter-account, <account>: ' +
      'Role KeysweepRotation cannot be assumed: it does not exist, or does not trust you',
    fix: 'npm run deploy',
    spoil: (_, account) => {
      account.roles.remove(roleOf(account));
    },
  },
  'an SCP against a read': {
    named:
      'problem read-account, <account>: ' +
      'A service control policy (SCP) denies iam:GetGroup to role KeysweepRotation',
    fix: 'ArnNotLike aws:PrincipalArn',
    spoil: ({ organization }, account) =>
      organization.putScp(account, {
        Statement: { Effect: 'Deny', Action: 'iam:GetGroup', Resource: '*' },
      }),
  },
  'a role that allows more': {
    named: 'problem role, <account>: Role KeysweepRotation allows more than was deployed',
    fix: 'npm run deploy',
    spoil: ({ organization }, account) => {
      const { trust, policies } = roleOf(account);
      const own = policies.get('keysweep')?.text ?? '';
      account.roles.remove(roleOf(account));
      organization.addRole({
        account,
        roleName: 'KeysweepRotation',
        trust: trust.text,
        policies: {
          keysweep: own,
          more: { Statement: { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: '*' } },
        },
      });
    },
  },
  'a role without the Deny statement': {
    named:
      'problem role, <account>: Role KeysweepRotation lacks the Deny statement that protects exempt users',
    fix: 'npm run deploy',
    spoil: (deployed, account) => respoil(account, without('ProtectExemptUsers'), deployed),
  },
  'an account without the groups': {
    named: 'warning groups, <account>: None of the groups Developers exists in the account',
    fix: 'override',
    spoil: (_, account) => {
      const group = account.group('Developers');
      for (const user of group.members.list()) account.leave(user, group);
      account.deleteGroup(group);
    },
  },
  'an opt-out that has ended': {
    named: 'warning opt-out, <account>: The opt-out has ended, so the account is swept',
    fix: 'Remove it from optOuts',
    configure: (config, { id }) => ({
      ...config,
      optOuts: [{ account: id, owner: 'ann@example.com', reason: 'freeze', until: '2026-11-23' }],
    }),
  },
  'a different configuration deployed': {
    named:
      'problem deployed-configuration, Lambda keysweep-rotator: ' +
      'The Lambda was deployed with a different accounts.json',
    fix: 'npm run deploy',
    edit: (config) => ({ ...config, limits: { maxKeys: 77 } }),
  },
  'a disabled schedule': {
    named: 'problem schedule, schedule keysweep/keysweep-sweep: The schedule is disabled',
    fix: 'update-schedule',
    spoil: ({ organization, config }) =>
      organization.putSchedule(organization.managementAccount, REGION, {
        ...scheduleOf(deployable(config)),
        state: 'DISABLED',
      }),
  },
  'a ledger without versions': {
    named: `warning ledger, ${LEDGER}: The bucket does not keep old versions of its objects`,
    fix: 'npm run deploy',
    spoil: (deployed) => {
      const bucket = deployed.organization.buckets.get(names(deployed).ledgerBucket);
      if (bucket) bucket.versioning = 'Suspended';
    },
  },
  'a last sweep that was incomplete': {
    named: 'problem last-sweep, run 20261120T225500Z-000abc: The last sweep was incomplete',
    fix: 'keysweep show 20261120T225500Z-000abc',
    store: async (given) => {
      await stored(given, { verdict: 'incomplete' });
      // Interrupted plans and later sweeps of some accounts do not count.
      await begin(given.store, '20261122T225500Z-000abc', 'plan');
      await stored(given, { runId: '20261121T225500Z-000abc', filtered: true });
    },
  },
  'a clock that is wrong': {
    named:
      'problem clock, local clock: ' +
      'The local clock is off by 6 minutes: ' +
      '2026-11-24T10:06:00.000Z here, 2026-11-24T10:00:00.000Z at AWS',
    fix: 'NTP',
    dependencies: () => ({ now: () => new Date(NOW.getTime() + 6 * MINUTE) }),
  },
};

const schedule =
  (change: object): Spoil =>
  ({ organization, config }) =>
    organization.putSchedule(organization.managementAccount, REGION, {
      ...scheduleOf(deployable(config)),
      ...change,
    });

const rotator =
  (change: object): Spoil =>
  ({ organization, config }) =>
    organization.putFunction(organization.managementAccount, REGION, {
      ...functionOf(deployable(config)),
      ...change,
    });

const NETWORK = {
  vpc: { subnets: ['subnet-0aaaaaaaa', 'subnet-0bbbbbbbb'], securityGroups: ['sg-0aaaaaaaa'] },
  proxy: {
    url: 'http://proxy.example.com:3128',
    exclude: ['.s3.eu-central-1.amazonaws.com'],
    caFile: 'corporate-ca.pem',
  },
};

/** In a VPC, behind a proxy. */
export const inNetwork = (config: ConfigInput): ConfigInput => ({
  ...config,
  ...(config.deployment && { deployment: { ...config.deployment, ...NETWORK } }),
});

function variableDrift(name: string, value: string | undefined, found: string, isInNetwork = false) {
  const defect: Defect = {
    named: `problem function, Lambda keysweep-rotator: The Lambda's ${name} is ${found}`,
    fix: 'npm run deploy',
    ...(isInNetwork && { configure: inNetwork }),
    spoil: (deployed, account) => {
      const { environment } = functionOf(deployable(deployed.config));
      const others = Object.entries(environment).filter(([other]) => other !== name);
      const changed = value === undefined ? others : [...others, [name, value] as const];
      rotator({ environment: Object.fromEntries(changed) })(deployed, account);
    },
  };
  return { [`a Lambda with another ${name}`]: defect };
}

const withoutSchedule =
  (name: string): Spoil =>
  ({ organization: { schedules } }) => {
    for (const arn of schedules.keys()) if (arn.endsWith(`/${name}`)) schedules.delete(arn);
  };

const hourly =
  (of: typeof watchdogOf, change: object): Spoil =>
  ({ organization, config }) =>
    organization.putSchedule(organization.managementAccount, REGION, {
      ...of(deployable(config)),
      ...change,
    });

const withStateMachine: Defect['configure'] = ({ deployment, ...config }) => ({
  ...config,
  ...(deployment && { deployment: { ...deployment, engine: 'step-functions' } }),
});

const withLeaks: Defect['configure'] = (config) => ({
  ...config,
  leaks: { guardDutyFindings: ['UnauthorizedAccess:IAMUser/TorIPCaller'] },
});

function spoilRule({ rules }: SandboxOrganization, name: string, state: 'DISABLED' | undefined): void {
  for (const arn of [...rules.keys()].filter((key) => key.endsWith(name)))
    if (state) rules.set(arn, state);
    else rules.delete(arn);
}

const SCHEDULE = 'schedule keysweep/keysweep-sweep';
const WATCHDOG = 'schedule keysweep/keysweep-watchdog';
const NOTICE = 'schedule keysweep/keysweep-notice';

/** Defects that would hide or repeat one of the twelve. */
export const MORE: Readonly<Record<string, Defect>> = {
  'a trust for another organization': {
    named:
      'problem enter-account, <account>: ' +
      'Role KeysweepRotation cannot be assumed: it does not exist, or does not trust you',
    fix: 'npm run deploy',
    spoil: ({ organization }, account) => {
      const { trust, policies } = roleOf(account);
      account.roles.remove(roleOf(account));
      organization.addRole({
        account,
        roleName: 'KeysweepRotation',
        trust: trust.text.replace(organization.id, 'o-elsewhere0'),
        policies: { keysweep: policies.get('keysweep')?.text ?? '' },
      });
    },
  },
  'a trust that also lets others in': {
    named:
      'problem role, <account>: The trust policy of role KeysweepRotation differs from what was deployed',
    fix: 'npm run deploy',
    spoil: ({ organization }, account) => {
      const { trust, policies } = roleOf(account);
      const document = JSON.parse(trust.text) as { Statement: object[] };
      account.roles.remove(roleOf(account));
      const stranger = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' };
      organization.addRole({
        account,
        roleName: 'KeysweepRotation',
        trust: JSON.stringify({ ...document, Statement: [...document.Statement, stranger] }),
        policies: { keysweep: policies.get('keysweep')?.text ?? '' },
      });
    },
  },
  'a managed policy on the role': {
    named: 'problem role, <account>: Role KeysweepRotation allows more than was deployed',
    fix: 'npm run deploy',
    spoil: ({ organization }, account) => {
      const { trust, policies } = roleOf(account);
      account.roles.remove(roleOf(account));
      organization.addRole({
        account,
        roleName: 'KeysweepRotation',
        trust: trust.text,
        policies: { keysweep: policies.get('keysweep')?.text ?? '' },
        attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      });
    },
  },
  'a role that allows less': {
    named: 'problem role, <account>: Role KeysweepRotation allows less than this accounts.json needs',
    fix: 'npm run deploy',
    spoil: (deployed, account) => respoil(account, without('RevokeKeys'), deployed),
  },
  'a role that cannot read itself': {
    named:
      'unknown role, <account>: ' +
      'Could not check whether role KeysweepRotation is as deployed: access denied (iam:GetRole)',
    fix: 'docs/doctor.md',
    spoil: (deployed, account) => respoil(account, without('ReadOwnRole'), deployed),
  },
  'no Lambda': {
    named:
      'problem function, Lambda keysweep-rotator: ' +
      'The Lambda does not exist in eu-central-1 of account 999999999999',
    fix: 'npm run deploy',
    spoil: ({ organization }) => organization.functions.clear(),
  },
  'a Lambda that writes its ledger elsewhere': {
    named:
      'problem function, Lambda keysweep-rotator: ' +
      "The Lambda's KEYSWEEP_LEDGER is s3://elsewhere instead of " +
      's3://keysweep-ledger-999999999999-eu-central-1/ledger',
    fix: 'npm run deploy',
    spoil: (deployed, account) => {
      const { environment } = functionOf(deployable(deployed.config));
      rotator({ environment: { ...environment, KEYSWEEP_LEDGER: 's3://elsewhere' } })(deployed, account);
    },
  },
  ...variableDrift('HTTPS_PROXY', 'http://ada:secret@elsewhere:1', 'http://elsewhere:1 instead of not set'),
  ...variableDrift('https_proxy', 'http://elsewhere:1', 'http://elsewhere:1 instead of not set'),
  ...variableDrift('no_proxy', '*', '* instead of not set'),
  ...variableDrift('AWS_CA_BUNDLE', '/opt/ca.pem', '/opt/ca.pem instead of not set'),
  ...variableDrift('NO_PROXY', undefined, 'not set instead of .s3.eu-central-1.amazonaws.com', true),
  ...variableDrift('NODE_EXTRA_CA_CERTS', undefined, 'not set instead of /var/task/ca.pem', true),
  'a Lambda in another subnet': {
    named:
      'problem function, Lambda keysweep-rotator: ' +
      "The Lambda's list of subnets is subnet-0cccccccc instead of subnet-0aaaaaaaa subnet-0bbbbbbbb",
    fix: 'npm run deploy',
    configure: inNetwork,
    spoil: rotator({ subnets: ['subnet-0cccccccc'] }),
  },
  'a Lambda with another security group': {
    named:
      'problem function, Lambda keysweep-rotator: ' +
      "The Lambda's list of security groups is sg-0bbbbbbbb instead of sg-0aaaaaaaa",
    fix: 'npm run deploy',
    configure: inNetwork,
    spoil: rotator({ securityGroups: ['sg-0bbbbbbbb'] }),
  },
  'a Lambda with a short timeout': {
    named: "problem function, Lambda keysweep-rotator: The Lambda's timeout in seconds is 3 instead of 900",
    fix: 'npm run deploy',
    spoil: rotator({ timeoutSeconds: 3 }),
  },
  'a Lambda that is retried': {
    named:
      'problem function, Lambda keysweep-rotator: Lambda retries a failed run up to 2 times instead of 0',
    fix: 'npm run deploy',
    spoil: rotator({ maximumRetryAttempts: 2 }),
  },
  'a Lambda that does not record its configuration': {
    named:
      'unknown deployed-configuration, Lambda keysweep-rotator: ' +
      'The Lambda does not say which configuration it was deployed with',
    fix: 'npm run deploy',
    spoil: (deployed, account) => {
      const { KEYSWEEP_LEDGER = '' } = functionOf(deployable(deployed.config)).environment;
      rotator({ environment: { KEYSWEEP_LEDGER } })(deployed, account);
    },
  },
  'no worker for the state machine': {
    named:
      'problem function, Lambda keysweep-worker: ' +
      'The Lambda does not exist in eu-central-1 of account 999999999999',
    fix: 'npm run deploy',
    configure: withStateMachine,
    spoil: (deployed) => {
      for (const arn of deployed.organization.functions.keys())
        if (arn.endsWith(':keysweep-worker')) deployed.organization.functions.delete(arn);
    },
  },
  'no state machine': {
    named:
      'problem state-machine, state machine keysweep-run: ' +
      'The state machine does not exist in eu-central-1 of account 999999999999',
    fix: 'npm run deploy',
    configure: withStateMachine,
    spoil: ({ organization }) => organization.stateMachines.clear(),
  },
  'no Lambda for leaked keys': {
    named:
      'problem function, Lambda keysweep-leaks: ' +
      'The Lambda does not exist in eu-central-1 of account 999999999999',
    fix: 'npm run deploy',
    configure: withLeaks,
    spoil: (deployed) => {
      for (const arn of deployed.organization.functions.keys())
        if (arn.endsWith(':keysweep-leaks')) deployed.organization.functions.delete(arn);
    },
  },
  'no rule for leaked keys': {
    named: 'problem leak-rules, rule keysweep-exposed-keys: The rule does not exist in eu-central-1',
    fix: 'npm run deploy',
    configure: withLeaks,
    spoil: ({ organization }) => spoilRule(organization, 'exposed-keys', undefined),
  },
  'a rule for GuardDuty that is disabled': {
    named: 'problem leak-rules, rule keysweep-guardduty: The rule is disabled',
    fix: 'npm run deploy',
    configure: withLeaks,
    spoil: ({ organization }) => spoilRule(organization, 'guardduty', 'DISABLED'),
  },
  'no StackSet': {
    named:
      'problem stack-set, StackSet keysweep-member-roles: ' +
      'The StackSet does not exist in eu-central-1 of account 999999999999',
    fix: 'npm run deploy',
    spoil: ({ organization }) => organization.stackSets.clear(),
  },
  'a state machine that is being deleted': {
    named:
      'problem state-machine, state machine keysweep-run: ' +
      'The state machine is DELETING; only an ACTIVE one can be started',
    fix: 'npm run deploy',
    configure: withStateMachine,
    spoil: ({ organization }) =>
      organization.putStateMachine(organization.managementAccount, REGION, {
        name: 'keysweep-run',
        status: 'DELETING',
      }),
  },
  'no watchdog': {
    named: `problem schedule, ${WATCHDOG}: The schedule does not exist`,
    fix: 'npm run deploy',
    spoil: withoutSchedule('keysweep-watchdog'),
  },
  'a watchdog that is disabled': {
    named: `problem schedule, ${WATCHDOG}: The schedule is disabled`,
    fix: 'update-schedule',
    spoil: hourly(watchdogOf, { state: 'DISABLED' }),
  },
  'a watchdog of another Lambda': {
    named: `problem schedule, ${WATCHDOG}: The schedule does not start the watchdog as deployed`,
    fix: 'npm run deploy',
    spoil: hourly(watchdogOf, { targetArn: 'arn:aws:lambda:eu-central-1:999999999999:function:other' }),
  },
  'no schedule of the notice run': {
    named: `problem schedule, ${NOTICE}: The schedule does not exist`,
    fix: 'npm run deploy',
    spoil: withoutSchedule('keysweep-notice'),
  },
  'a notice run once a day': {
    named:
      `problem schedule, ${NOTICE}: ` +
      `The schedule is rate(1 day) in UTC instead of cron(17 * * * ? *) in UTC`,
    fix: 'npm run deploy',
    spoil: hourly(noticeOf, { expression: 'rate(1 day)' }),
  },
  'a notice run every hour, due or not': {
    named: `problem schedule, ${NOTICE}: The schedule does not start the notice run as deployed`,
    fix: 'npm run deploy',
    spoil: hourly(noticeOf, { input: '{"mode":"notice"}' }),
  },
  'a sweep that does not know its time': {
    named: `problem schedule, ${SCHEDULE}: The schedule does not start the sweep as deployed`,
    fix: 'npm run deploy',
    spoil: schedule({ input: '{"mode":"sweep"}' }),
  },
  'no schedule': {
    named: `problem schedule, ${SCHEDULE}: The schedule does not exist`,
    fix: 'npm run deploy',
    spoil: withoutSchedule('keysweep-sweep'),
  },
  'a schedule at another time': {
    named:
      `problem schedule, ${SCHEDULE}: ` +
      `The schedule is cron(55 23 ? * FRI *) in UTC instead of cron(55 23 ? * FRI *) in Europe/Berlin`,
    fix: 'npm run deploy',
    spoil: schedule({ timezone: 'UTC' }),
  },
  'a schedule that only plans': {
    named: `problem schedule, ${SCHEDULE}: The schedule does not start the sweep as deployed`,
    fix: 'npm run deploy',
    spoil: schedule({ input: '{"mode":"plan"}' }),
  },
  'a schedule without a dead-letter queue': {
    named: `warning schedule, ${SCHEDULE}: The schedule does not use the deployed dead-letter queue`,
    fix: 'npm run deploy',
    spoil: schedule({ deadLetterArn: undefined }),
  },
  'a sweep that did not run': {
    named:
      `problem last-sweep, ${LEDGER}: ` +
      `The ledger has no sweep for 2026-11-20T22:55:00.000Z, when the schedule last fired`,
    fix: 'dead-letter queue',
    spoil: schedule({ createdDaysAgo: 30 }),
    store: async ({ store }) => {
      // The sweep of the week before ran, and somebody made a plan when this one was due.
      await storeRun(store, { runId: '20261113T225500Z-000abc' });
      await begin(store, '20261120T225600Z-000abc', 'plan');
    },
  },
  'a ledger that somebody changed': {
    named: `problem ledger, ${LEDGER}: The ledger is not what keysweep stored`,
    fix: 'keysweep verify --all',
    store: async ({ store, clients }) => {
      await store.put('accounts/100000000001.json', '{"keys":{}}\n');
      // Without the configuration, nothing is signed.
      await openStore(store.location, clients, undefined).put('accounts/100000000001.json', '{}');
    },
  },
  'a sweep that was cancelled': {
    named: 'problem last-sweep, run 20261120T225500Z-000abc: The last sweep was cancelled',
    fix: 'keysweep show 20261120T225500Z-000abc',
    store: (context) => stored(context, { verdict: 'cancelled' }),
  },
  'a sweep that was interrupted': {
    named:
      'warning last-sweep, run 20261120T225500Z-000abc: ' +
      'The last sweep was interrupted: the ledger does not have its end',
    fix: 'keysweep show 20261120T225500Z-000abc',
    store: ({ store }) => begin(store, '20261120T225500Z-000abc', 'sweep'),
  },
  'no ledger': {
    named: `problem ledger, ${LEDGER}: The ledger bucket does not exist`,
    fix: 'npm run deploy',
    spoil: ({ organization }) => organization.buckets.clear(),
  },
  'a ledger open to the public': {
    named: `warning ledger, ${LEDGER}: The bucket does not block all public access`,
    fix: 'npm run deploy',
    spoil: (deployed) => {
      const bucket = deployed.organization.buckets.get(names(deployed).ledgerBucket);
      if (bucket) bucket.blocksPublicAccess = false;
    },
  },
  'an opt-out that ends soon': {
    named: 'warning opt-out, <account>: The opt-out ends within a week; then the account is swept',
    fix: 'Notify the owner',
    configure: (config, { id }) => ({
      ...config,
      optOuts: [{ account: id, owner: 'ann@example.com', reason: 'freeze', until: '2026-11-27' }],
    }),
  },
  'an opt-out of an account that does not exist': {
    named:
      'problem configuration, accounts.json, optOuts[0].account: ' +
      'accounts.json names 100000000009, which is not in the organization; no account was checked',
    fix: 'Did you mean 100000000001?',
    configure: (config) => ({
      ...config,
      optOuts: [{ account: '100000000009', owner: 'ann@example.com', reason: 'freeze', until: '2027-11-27' }],
    }),
  },
  'nothing armed': {
    named: 'warning armed, accounts.json: accounts.json arms none of the 3 targets',
    fix: 'armed: true',
    configure: (config) => ({ ...config, defaults: { ...config.defaults, armed: false } }),
  },
  'a group that exists nowhere': {
    named: 'problem groups, group Develpers: The group exists in none of the 3 accounts that should have it',
    fix: 'Correct the spelling',
    configure: (config) => ({
      ...config,
      defaults: { ...config.defaults, groups: ['Developers', 'Develpers'] },
    }),
  },
  'a group that is swept and exempt in an account': {
    named: 'problem configuration, <account>: Group Engineers is both in groups and in exempt.groups',
    fix: 'Remove it from one of the two lists',
    configure: (config, { id, parent }) => ({
      ...config,
      overrides: [
        { organizationalUnits: [parent.id], groups: ['Developers', 'Engineers'] },
        { accounts: [id], exempt: { groups: ['Engineers'] } },
      ],
    }),
    spoil: ({ organization, members }) =>
      members.forEach((member) => organization.addGroup(member, 'Engineers')),
  },
  'an exempt group that exists nowhere': {
    named:
      'warning groups, exempt group Robots: ' +
      'The group exists in none of the 3 accounts that should have it, so it exempts nobody',
    fix: 'Correct the spelling',
    configure: (config) => ({
      ...config,
      defaults: { ...config.defaults, exempt: { groups: ['Robots'] } },
    }),
  },
  'a management account that calls itself delegated': {
    named:
      'problem central-account, accounts.json, deployment.delegatedAdministrator: ' +
      'deployment.delegatedAdministrator is true, but 999999999999 is the management account',
    fix: 'delegatedAdministrator to false',
    configure: ({ deployment, ...config }) => ({
      ...config,
      ...(deployment && { deployment: { ...deployment, delegatedAdministrator: true } }),
    }),
  },
};
