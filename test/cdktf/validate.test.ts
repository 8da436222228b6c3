import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { combinations } from './combinations.ts';
import { deployableConfig, lockOf } from '../support/deployable-config.ts';
import { seededFaults } from './seeded-faults.ts';
import { type Json, shapeOf, type StackJson, type Stacks, synthesised } from './synthesised.ts';
import { hasTerraform, startTerraform, type Terraform } from './terraform/terraform.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

describe.skipIf(!(await hasTerraform()))('terraform validate', () => {
  const stackset = synthesised(deployableConfig());
  const direct = synthesised(deployableConfig({ deployment: { memberRoles: 'direct' } }), lockOf(2));
  const all: StackJson[] = combinations().flatMap(({ config, lock }) => [
    ...synthesised(config, lock).values(),
  ]);
  const endpoint = 'arn:aws:lambda:eu-central-1:111111111111:function:on-call:live';
  const notifications = [{ protocol: 'lambda' as const, endpoint }];
  all.push(...synthesised(deployableConfig({ deployment: { notifications } })).values());
  let terraform: Terraform;
  beforeAll(async () => {
    terraform = await startTerraform([...all, ...direct.values()]);
  });
  afterAll(() => terraform.close());

  it('accepts every stack of every combination of settings', async () => {
    // Terraform validates types and not values, so one stack of each shape is enough.
    const shapes = new Map(all.map((stack) => [shapeOf(stack as Json), stack]));
    const limit = pLimit(2);
    const problems = await limit.map([...shapes.values()], (stack) => terraform.validate(stack));
    expect(problems.flat()).toEqual([]);
    expect(shapes.size).toBeGreaterThan(30);
  });

  it.each(seededFaults)('catches $fault', async ({ seed, says }) => {
    const problems = await terraform.validate(seed(stackset, direct));
    expect(problems.join('\n')).toMatch(says);
  });

  it('accepts the stacks without the faults', async () => {
    const sound: Stacks[] = [stackset, direct];
    for (const stack of sound.flatMap((stacks) => [...stacks.values()])) {
      expect(await terraform.validate(stack)).toEqual([]);
    }
  });
});
