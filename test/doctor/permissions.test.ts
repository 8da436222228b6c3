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

/** The policy in docs/doctor.md for the role that runs doctor. */
async function documentedPolicy(): Promise<PolicyDocument> {
  const [, json = ''] = /```json\n(\{\s+"Version".*?)```/s.exec(await readFile(PAGE, 'utf8')) ?? [];
  return JSON.parse(json) as PolicyDocument;
}

const onlyEntry: PolicyDocument = {
  Statement: { Effect: 'Allow', Action: 'organizations:DescribeOrganization', Resource: '*' },
};

describe('doctor', () => {
  it('checks everything with the documented policy, which allows only reads and AssumeRole', async () => {
    const deployed = newOrganization(2);
    const unit = deployed.organization.addOrganizationalUnit('Workloads');
    const setting = {
      ...deployed,
      config: {
        ...deployed.config,
        optOutTag: 'keysweep=opt-out',
        scope: { organizationalUnits: [unit.id] },
        leaks: { guardDutyFindings: ['UnauthorizedAccess:IAMUser/TorIPCaller'] },
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

  it('calls in an account only the reads of a plan and those of the role itself', async () => {
    const deployed = newOrganization(1);
    deploy(deployed);
    const { sandbox } = await doctorOn(deployed);
    const made = sandbox.calls.all.flatMap(({ service, call }) => (service === 'iam' ? [`iam:${call}`] : []));
    // That of undo is compared with what the policy of the role allows.
    const ofPlan = READ_ACTIONS.filter((action) => action !== 'iam:ListAttachedUserPolicies');
    expect([...new Set(made)].toSorted()).toEqual([...ofPlan, ...OWN_ROLE_ACTIONS].toSorted());
  });

  it('reports denied checks as not checked, never as ok', async () => {
    const bare = newOrganization(2);
    const deployment = { ...bare.config.deployment!, engine: 'step-functions' as const };
    const deployed = { ...bare, config: { ...bare.config, deployment } };
    deploy(deployed);
    addOperator(deployed.organization, onlyEntry);
    const { examination } = await doctorOn(deployed);
    const ledger = 'ledger s3://keysweep-ledger-999999999999-eu-central-1/ledger';
    const unchecked = (check: string, subject: string, question: string, call: string) =>
      `unknown ${check}, ${subject}: Could not check whether ${question}: access denied (${call})`;
    expect(complaints(examination)).toEqual([
      unchecked(
        'trusted-access',
        `organization ${deployed.organization.id}`,
        'StackSets have trusted access',
        'organizations:ListAWSServiceAccessForOrganization',
      ),
      'problem list-accounts, organization: The accounts cannot all be listed (AccessDeniedException)',
      unchecked(
        'function',
        'Lambda keysweep-rotator',
        'the Lambda exists',
        'lambda:GetFunctionConfiguration',
      ),
      unchecked('function', 'Lambda keysweep-worker', 'the Lambda exists', 'lambda:GetFunctionConfiguration'),
      unchecked(
        'state-machine',
        'state machine keysweep-run',
        'the state machine exists',
        'states:DescribeStateMachine',
      ),
      unchecked(
        'stack-set',
        'StackSet keysweep-member-roles',
        'the StackSet reached every account',
        'cloudformation:ListStackInstances',
      ),
      ...['sweep', 'watchdog', 'notice'].map((name) =>
        unchecked(
          'schedule',
          `schedule keysweep/keysweep-${name}`,
          'the schedule exists',
          'scheduler:GetSchedule',
        ),
      ),
      unchecked('ledger', ledger, 'the ledger is readable', 's3:ListObjectsV2'),
    ]);
    const fine = examination.findings.filter(({ status }) => status === 'ok').map(({ check }) => check);
    expect(fine).toEqual(['caller', 'clock', 'central-account']);
  });

  it('does not blame the roles for denying a caller that they were not deployed to trust', async () => {
    const deployed = newOrganization(2);
    deploy(deployed);
    addOperator(deployed.organization, await documentedPolicy(), 'Auditor');
    const { examination } = await doctorOn(deployed, { as: 'Auditor' });
    const found = complaints(examination);
    expect(found).toHaveLength(2);
    for (const line of found) {
      expect(line).toMatch(/^unknown enter-account, 10000000000\d \(member-\d\): Role KeysweepRotation /);
      expect(line).toMatch(/ does not exist, or does not trust you$/);
    }
  });

  it('blames the roles for denying a caller that they were deployed to trust', async () => {
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

  it('stops when AWS does not confirm the caller', async () => {
    const deployed = newOrganization(1);
    deploy(deployed);
    const { examination, sandbox } = await doctorOn(deployed, {
      dependencies: ({ deadline }) => ({ deadline: { ...deadline, reading: AbortSignal.abort() } }),
    });
    expect(examination.findings).toMatchObject([{ check: 'caller', status: 'problem' }]);
    expect(sandbox.calls.all).toEqual([]);
  });

  it('checks accounts with the concurrency of a sweep, and reports progress', async () => {
    const deployed = newOrganization(10);
    const setting = { ...deployed, config: { ...deployed.config, concurrency: { accounts: 3 } } };
    deploy(setting);
    const reported: number[] = [];
    const { examination, sandbox } = await doctorOn(setting, {
      dependencies: () => ({
        progress: (step) => {
          if (step.step === 'checking') reported.push(step.done);
        },
      }),
      sandbox: { latency: { milliseconds: 2 } },
    });
    expect(complaints(examination)).toEqual([]);
    expect(reported).toEqual(Array.from({ length: 11 }, (_, index) => index));
    const accounts = sandbox.calls.all.map(({ account }) => account);
    const concurrent = accounts.map(
      (_, at) =>
        deployed.members.filter(({ id }) => accounts.indexOf(id) <= at && accounts.lastIndexOf(id) >= at)
          .length,
    );
    expect(Math.max(...concurrent)).toBe(3);
  });
});
