import { describe, expect, it, vi } from 'vitest';
import { memberAccess, memberPermissions } from '../../src/permissions/member-role.ts';
import { ledgerPolicy, queuePolicy, topicPolicy } from '../../cdktf/permissions/resource-policies.ts';
import { rotatorPermissions } from '../../cdktf/permissions/rotator-role.ts';
import { stateMachinePermissions } from '../../cdktf/permissions/state-machine-role.ts';
import { schedulerPermissions } from '../../cdktf/permissions/schedule-role.ts';
import type { DeployableConfig } from '../../src/deployment.ts';
import { type Checkers, type Finding, installCheckers } from './checkers/checkers.ts';
import {
  ANSWERED_BY_A_KEY,
  ENGINE_SUPPRESSIONS,
  POLICY_SUPPRESSIONS,
  STACK_SUPPRESSIONS,
  type Suppression,
  TRUST_SUPPRESSION,
} from './checkers/suppressions.ts';
import { combinations } from './combinations.ts';
import { deployableConfig } from './deployable-config.ts';
import { SCP } from './deployment-guide.ts';
import { only, synthesised, textOf } from './synthesised.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Sorted and once each, without reasons, to compare. */
const plain = (findings: readonly (Finding | Suppression)[]) =>
  [...new Set(findings.map(({ rule, about }) => `${rule} ${about}`))].toSorted();

/** The combination with everything on, by Terraform itself or by StackSet. */
function everything(direct: boolean) {
  const found = combinations()
    .filter(({ lock }) => (lock !== undefined) === direct)
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (found === undefined) throw new Error('no combination');
  return found;
}

const policiesOf = (config: DeployableConfig) => ({
  'member-role': memberPermissions(memberAccess(config, 'aws', '222222222222')),
  rotator: rotatorPermissions(config),
  schedule: schedulerPermissions(config),
  run: stateMachinePermissions(config),
  ledger: ledgerPolicy(config),
  topic: topicPolicy(config),
  queue: queuePolicy(config),
  scp: JSON.parse(SCP) as unknown,
});

function templateOf(config: DeployableConfig): string {
  const stackSet = only(synthesised(config).get('keysweep-member-roles'), 'aws_cloudformation_stack_set');
  return textOf(stackSet, 'template_body').replaceAll('$${', () => '${');
}

const checkers = await installCheckers();

describe.skipIf(checkers === undefined)('the static checkers', () => {
  const { checkStacks, checkTemplate, checkPolicies } = checkers as Checkers;

  it('checkov minds nothing at the defaults but what has a reason', () => {
    expect(plain(checkStacks(synthesised(deployableConfig())))).toEqual(plain(STACK_SUPPRESSIONS));
  });

  it.each([
    [false, ['management-account-role']],
    [true, ['role-200000000000', 'role-200000000001', 'role-200000000002']],
  ])('checkov minds less with everything on (direct: %s)', (direct, roles) => {
    const { config, lock } = everything(direct);
    const left = [...STACK_SUPPRESSIONS, ...ENGINE_SUPPRESSIONS].filter(
      ({ rule }) => !ANSWERED_BY_A_KEY.includes(rule),
    );
    const trusts = roles.map((about) => ({ ...TRUST_SUPPRESSION, about }));
    expect(plain(checkStacks(synthesised(config, lock)))).toEqual(plain([...left, ...trusts]));
  });

  it('checkov is not blind', () => {
    const stacks = synthesised(deployableConfig());
    const closed = only(stacks.get('keysweep-ledger'), 'aws_s3_bucket_public_access_block');
    closed.block_public_policy = false;
    expect(plain(checkStacks(stacks))).toContain('CKV_AWS_54 closed');
  });

  it.each([
    ['the defaults', deployableConfig()],
    ['everything on', everything(false).config],
  ])('cfn-lint minds nothing in the template of the StackSet with %s', (_, config) => {
    expect(checkTemplate(templateOf(config))).toEqual([]);
  });

  it('cfn-lint is not blind', () => {
    const broken = templateOf(deployableConfig()).replace('AssumeRolePolicyDocument', 'AssumeRolePolicy');
    expect(checkTemplate(broken).map(({ rule }) => rule)).toContain('E3003');
  });

  it.each([
    ['the defaults', deployableConfig()],
    ['everything on', everything(false).config],
  ])('parliament minds nothing in the policies with %s but what has a reason', (_, config) => {
    expect(plain(checkPolicies(policiesOf(config)))).toEqual(plain(POLICY_SUPPRESSIONS));
  });

  it.each([
    ['an action that does not exist', { Action: ['iam:RevokeAccessKey'], Resource: ['*'] }, 'UNKNOWN_ACTION'],
    [
      'a resource of another kind',
      { Action: ['iam:ListAccessKeys'], Resource: ['arn:aws:iam::*:role/x'] },
      'RESOURCE_MISMATCH',
    ],
    ['more resources than needed', { Action: ['iam:ListAccessKeys'], Resource: ['*'] }, 'RESOURCE_STAR'],
  ])('parliament is not blind to %s', (_, statement, rule) => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
    expect(checkPolicies({ policy }).map((finding) => finding.rule)).toContain(rule);
  });
});
