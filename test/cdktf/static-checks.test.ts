import { beforeAll, describe, expect, it, vi } from 'vitest';
import { present } from '../emulators/seeding.ts';
import { type Finding, installCheckers } from './checkers/checkers.ts';
import {
  ANSWERED_BY_SETTINGS,
  ENGINE_SUPPRESSIONS,
  LEAK_SUPPRESSIONS,
  POLICY_SUPPRESSIONS,
  STACK_SUPPRESSIONS,
  type Suppression,
  TRUST_SUPPRESSION,
} from './checkers/suppressions.ts';
import { combinations } from './combinations.ts';
import { deployableConfig, lockOf } from '../support/deployable-config.ts';
import { deployedDocuments } from './deployed-documents.ts';
import { SCP } from './deployment-guide.ts';
import {
  allOf,
  type Json,
  type JsonObject,
  only,
  shapeOf,
  type Stacks,
  synthesised,
  textOf,
} from './synthesised.ts';

// checkov reads a stack of each shape.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

/** Sorted, distinct, and without reasons. */
const plain = (findings: readonly (Finding | Suppression)[]) =>
  [...new Set(findings.map(({ rule, about }) => `${rule} ${about}`))].toSorted();

const all = combinations().map(({ name, config, lock }) => ({ name, stacks: synthesised(config, lock) }));

/** The longest name has everything on. */
const everything =
  all.toSorted((a, b) => b.name.length - a.name.length)[0]?.stacks ?? new Map<string, never>();

/** One stack of each shape: checkov rarely depends on values. */
const shapes: Stacks = new Map(
  all.flatMap(({ stacks }) => [...stacks.values()].map((stack) => [shapeOf(stack as Json), stack])),
);
const numbered = new Map([...shapes.values()].map((stack, index) => [String(index), stack]));

const templates = [
  ...new Set(
    all.flatMap(({ stacks }) =>
      allOf(stacks.get('keysweep-member-roles'), 'aws_cloudformation_stack_set').map(templateOf),
    ),
  ),
];

/** Distinct, including the one of the guide. */
const policies = [
  ...new Map(
    all
      .flatMap(({ stacks }) => deployedDocuments(stacks))
      // parliament rejects a trust as a policy without a resource; permissions.test.ts checks trusts.
      .filter(({ kind }) => kind !== 'trust')
      .map(({ of, document }) => [of, inKnownPartition(JSON.stringify(document))] as const)
      .map(([of, text]) => [`${of} ${text}`, [of, JSON.parse(text) as unknown] as const]),
  ).values(),
  ['scp', JSON.parse(SCP) as unknown] as const,
];

function templateOf(stackSet: JsonObject): string {
  return inKnownPartition(textOf(stackSet, 'template_body').replaceAll('$${', () => '${'));
}

/**
 * cfn-lint and parliament take an ARN of the European Sovereign Cloud for no ARN (E3530, INVALID_ARN), and
 * would say nothing else of it.
 */
function inKnownPartition(text: string): string {
  return text.replaceAll('arn:aws-eusc:', 'arn:aws:').replaceAll('eusc-de-east-1', 'eu-central-1');
}

const checkers = await installCheckers();

describe.skipIf(checkers === undefined)('the static checkers', () => {
  describe('checkov', () => {
    let found: Record<'defaults' | 'everything' | 'shapes' | 'opened', Finding[]>;
    beforeAll(async () => {
      const opened = synthesised(deployableConfig());
      only(opened.get('keysweep-ledger'), 'aws_s3_bucket_public_access_block').block_public_policy = false;
      found = await present(checkers).checkStacks({
        defaults: synthesised(deployableConfig()),
        everything,
        shapes: numbered,
        opened,
      });
    });

    it('finds only suppressed rules at the defaults', () => {
      expect(plain(found.defaults)).toEqual(plain(STACK_SUPPRESSIONS));
    });

    it('finds less with everything on', () => {
      const left = [...STACK_SUPPRESSIONS, ...ENGINE_SUPPRESSIONS, ...LEAK_SUPPRESSIONS].filter(
        ({ rule }) => !ANSWERED_BY_SETTINGS.includes(rule),
      );
      // In partitions other than aws it does not recognize the account in a trust.
      expect(plain(found.everything)).toEqual(plain(left));
    });

    it('finds nothing else in a stack of any shape', () => {
      const roles = ['management-account-role', ...lockOf(3).accounts.map(({ id }) => `role-${id}`)];
      const trusts = roles.map((about) => ({ ...TRUST_SUPPRESSION, about }));
      const reasoned = plain([
        ...STACK_SUPPRESSIONS,
        ...ENGINE_SUPPRESSIONS,
        ...LEAK_SUPPRESSIONS,
        ...trusts,
      ]);
      expect(plain(found.shapes)).toEqual(reasoned);
    });

    it('finds seeded faults', () => {
      expect(plain(found.opened)).toContain('CKV_AWS_54 closed');
    });
  });

  describe('cfn-lint', () => {
    let found: Finding[][];
    beforeAll(async () => {
      const broken = templates.slice(0, 1).map((sound) => sound.replace('AssumeRolePolicyDocument', 'Trust'));
      found = await present(checkers).checkTemplates([...templates, ...broken]);
    });

    it('finds nothing in any template of the StackSet', () => {
      expect(templates.length).toBeGreaterThan(10);
      expect(found.slice(0, templates.length).flat()).toEqual([]);
    });

    it('finds seeded faults', () => {
      expect(found.at(-1)?.map(({ rule }) => rule)).toContain('E3003');
    });
  });

  describe('parliament', () => {
    const flawed = [
      ['UNKNOWN_ACTION', { Action: ['iam:RevokeAccessKey'], Resource: ['*'] }],
      ['RESOURCE_MISMATCH', { Action: ['iam:ListAccessKeys'], Resource: ['arn:aws:iam::*:role/x'] }],
      ['RESOURCE_STAR', { Action: ['iam:ListAccessKeys'], Resource: ['*'] }],
    ] as const;
    let found: Finding[];
    beforeAll(async () => {
      const seeded = flawed.map(([rule, statement]) => {
        const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
        return [`seeded-${rule}`, policy] as const;
      });
      found = await present(checkers).checkPolicies([...policies, ...seeded]);
    });

    it('finds only suppressed rules in any policy', () => {
      const ours = found.filter(({ about }) => !about.startsWith('seeded-'));
      expect(plain(ours)).toEqual(plain(POLICY_SUPPRESSIONS));
    });

    it.each(flawed.map(([rule]) => rule))('finds a seeded %s', (rule) => {
      const rules = found.filter(({ about }) => about.split(' ')[0] === `seeded-${rule}`);
      expect(rules.map((finding) => finding.rule)).toContain(rule);
    });
  });
});
