import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { OWN_ROLE_ACTIONS, READ_ACTIONS } from '../../src/aws/session-policy.ts';
import type { PolicyDocument } from '../../sandbox/policy/document.ts';
import {
  addOperator,
  complaints,
  deploy,
  doctorOn,
  newOrganization,
  OPERATOR,
} from './deployed-organization.ts';

const PAGE = new URL('../../docs/doctor.md', import.meta.url);

/** The policy that docs/doctor.md gives for whoever runs doctor. */
async function documentedPolicy(): Promise<PolicyDocument> {
  const [, json = ''] = /```json\n(\{\s+"Version".*?)```/s.exec(await readFile(PAGE, 'utf8')) ?? [];
  return JSON.parse(json) as PolicyDocument;
}

const onlyEntry: PolicyDocument = {
  Statement: { Effect: 'Allow', Action: 'organizations:DescribeOrganization', Resource: '*' },
};

describe('doctor', () => {
  it('finds all that it looks for with the documented policy, which allows reads and the way into targets only', async () => {
    const deployed = newOrganization(2);
    const unit = deployed.organization.addOrganizationalUnit('Workloads');
    const setting = {
      ...deployed,
      config: {
        ...deployed.config,
        optOutTag: 'keysweep=opt-out',
        scope: { organizationalUnits: [unit.id] },
        deployment: { ...deployed.config.deployment!, engine: 'step-functions' as const },
      },
    };
    for (const member of deployed.members) deployed.organization.moveAccount(member, unit);
    deploy(setting);
    const policy = await documentedPolicy();
    addOperator(deployed.organization, policy);
    const { examination, sandbox } = await doctorOn(setting);
    expect(complaints(examination)).toEqual([]);
    const actions = [policy.Statement].flat().flatMap(({ Action = [] }) => Action);
    const writes = actions.filter((action) => !/:(Get|List|Describe)/.test(action));
    expect(writes).toEqual(['sts:AssumeRole']);
    expect(sandbox.calls.all.filter(({ wrote }) => wrote)).toEqual([]);
  });

  it('calls in an account the reads of a plan, and those of the role itself', async () => {
    const deployed = newOrganization(1);
    deploy(deployed);
    const { sandbox } = await doctorOn(deployed);
    const made = sandbox.calls.all.flatMap(({ service, call }) => (service === 'iam' ? [`iam:${call}`] : []));
    expect([...new Set(made)].toSorted()).toEqual([...READ_ACTIONS, ...OWN_ROLE_ACTIONS].toSorted());
  });

  it('says that it may not look, and never that all is well, when it is allowed nothing', async () => {
    const bare = newOrganization(2);
    const deployment = { ...bare.config.deployment!, engine: 'step-functions' as const };
    const deployed = { ...bare, config: { ...bare.config, deployment } };
    deploy(deployed);
    addOperator(deployed.organization, onlyEntry);
    const { examination } = await doctorOn(deployed);
    const ledger = 'ledger s3://keysweep-ledger-999999999999-eu-central-1/ledger';
    const cannot = (check: string, where: string, what: string, call: string) =>
      `unknown ${check}, ${where}: whether ${what} cannot be told: not allowed to look (${call})`;
    expect(complaints(examination)).toEqual([
      cannot(
        'trusted-access',
        `organization ${deployed.organization.id}`,
        'StackSets have trusted access',
        'organizations:ListAWSServiceAccessForOrganization',
      ),
      'problem list-accounts, the organization: the accounts cannot all be listed (AccessDeniedException)',
      cannot('function', 'Lambda keysweep-rotator', 'the Lambda is there', 'lambda:GetFunctionConfiguration'),
      cannot('function', 'Lambda keysweep-worker', 'the Lambda is there', 'lambda:GetFunctionConfiguration'),
      cannot(
        'state-machine',
        'state machine keysweep-run',
        'the state machine is there',
        'states:DescribeStateMachine',
      ),
      ...['sweep', 'watchdog', 'notice'].map((name) =>
        cannot(
          'schedule',
          `schedule keysweep/keysweep-${name}`,
          'the schedule is there',
          'scheduler:GetSchedule',
        ),
      ),
      `unknown ledger, ${ledger}: what the ledger holds cannot be told: not allowed to look (s3:ListObjectsV2)`,
    ]);
    const fine = examination.findings.filter(({ status }) => status === 'ok').map(({ check }) => check);
    expect(fine).toEqual(['caller', 'clock', 'central-account']);
  });

  it('does not blame the roles when none lets in somebody whom they were not deployed to trust', async () => {
    const deployed = newOrganization(2);
    deploy(deployed);
    addOperator(deployed.organization, await documentedPolicy(), 'Auditor');
    const { examination } = await doctorOn(deployed, { as: 'Auditor' });
    const found = complaints(examination);
    expect(found).toHaveLength(2);
    for (const line of found) {
      expect(line).toMatch(
        /^unknown enter-account, 10000000000\d \(member-\d\): role KeysweepRotation does not let you in/,
      );
    }
  });

  it('blames the roles when they refuse somebody whom they were deployed to trust', async () => {
    const deployed = newOrganization(2);
    deploy(deployed);
    for (const member of deployed.members) member.roles.remove(member.role('KeysweepRotation'));
    const { examination } = await doctorOn(deployed, { as: OPERATOR });
    const found = complaints(examination);
    expect(found.map((line) => line.split(',')[0])).toEqual([
      'problem enter-account',
      'problem enter-account',
    ]);
  });

  it('looks no further when AWS does not say who is asking', async () => {
    const deployed = newOrganization(1);
    deploy(deployed);
    const { examination, sandbox } = await doctorOn(deployed, {
      dependencies: ({ deadline }) => ({ deadline: { ...deadline, reading: AbortSignal.abort() } }),
    });
    expect(examination.findings).toMatchObject([{ check: 'caller', status: 'problem' }]);
    expect(sandbox.calls.all).toEqual([]);
  });

  it('enters as many accounts at a time as a sweep would, and tells how far it is', async () => {
    const deployed = newOrganization(10);
    const setting = { ...deployed, config: { ...deployed.config, concurrency: { accounts: 3 } } };
    deploy(setting);
    const told: number[] = [];
    const { examination, sandbox } = await doctorOn(setting, {
      dependencies: () => ({
        progress: (step) => {
          if (step.step === 'checking') told.push(step.done);
        },
      }),
      sandbox: { latency: { milliseconds: 2 } },
    });
    expect(complaints(examination)).toEqual([]);
    expect(told).toEqual(Array.from({ length: 11 }, (_, index) => index));
    const accounts = sandbox.calls.all.map(({ account }) => account);
    const inside = accounts.map(
      (_, at) =>
        deployed.members.filter(({ id }) => accounts.indexOf(id) <= at && accounts.lastIndexOf(id) >= at)
          .length,
    );
    expect(Math.max(...inside)).toBe(3);
  });
});
