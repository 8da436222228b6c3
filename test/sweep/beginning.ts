import { onTestFinished } from 'vitest';

import { settingsFor } from '../../src/targets/settings.ts';
import type { TargetAccount } from '../../src/targets/target.ts';
import { beginRun, type RunToBegin } from '../../src/sweep/begin.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { planAccount, type AccountPlan } from '../../src/sweep/plan/plan-account.ts';
import type { RunContext } from '../../src/sweep/run-context.ts';
import type { SweptSandbox } from '../support/sweeping.ts';

/** A sweep that has begun, for tests of one of its steps; its lock is released when the test ends. */
export async function begun(
  on: SweptSandbox,
  run: Partial<RunToBegin> = {},
  overrides: Partial<RunDependencies> = {},
): Promise<RunContext> {
  const context = await beginRun({ mode: 'sweep', filters: {}, ...run }, on.dependencies(overrides));
  onTestFinished(() => context.lock.release());
  return context;
}

/** An account with what the configuration says of it, as far as no OU plays a part. */
export function targetOf(id: string, { config }: RunContext): TargetAccount {
  const account = { id, name: id, state: 'ACTIVE', isManagementAccount: false };
  return { account, settings: settingsFor(account, [], config) };
}

export function planOf(id: string, context: RunContext): Promise<AccountPlan> {
  return planAccount(targetOf(id, context), context);
}
