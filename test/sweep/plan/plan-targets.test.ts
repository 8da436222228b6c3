import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';

import { readRecords } from '../../../src/ledger/read-run.ts';
import type { LedgerRecord } from '../../../src/ledger/record.ts';
import { accountPlanned, planOrFailure, startPlanning } from '../../../src/sweep/plan/plan-targets.ts';
import type { PlannedAccount } from '../../../src/sweep/plan/planned.ts';
import type { Step } from '../../../src/sweep/progress.ts';
import { deadlineOn } from '../../../src/sweep/deadline.ts';
import { planFileFilter } from '../../../src/sweep/plan/plan-file-filter.ts';
import type { RunContext } from '../../../src/sweep/run-context.ts';
import { begun, targetOf } from '../beginning.ts';
import { due, FIRST, kept, plan } from './plans.ts';
import { onSandbox, organizationOf, removeRotationRole } from '../../support/sweeping.ts';

const idOf = (index: number): string => String(100_000_000_001 + index);

async function planningOf(
  accounts: number,
  prepare: (context: RunContext) => RunContext = (context) => context,
) {
  const organization = organizationOf(accounts);
  const on = await onSandbox({ organization });
  const steps: Step[] = [];
  const context = prepare(await begun(on, {}, { progress: (step) => steps.push(step) }));
  const heard: PlannedAccount[] = [];
  const planning = startPlanning(
    context,
    planFileFilter(undefined),
    pLimit(context.config.concurrency.accounts),
    (planned) => heard.push(planned),
  );
  const targets = Array.from({ length: accounts }, (_, index) => targetOf(idOf(index), context));
  const stored = async (): Promise<string[]> => {
    const records: LedgerRecord[] = [];
    for await (const record of readRecords(on.store, context.runId)) records.push(record);
    return records.flatMap((record) => (record.type === 'account-planned' ? [record.accountId] : []));
  };
  const heardOf = async (number: number): Promise<void> => {
    while (heard.length < number) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { organization, on, context, planning, targets, steps, heard, heardOf, stored };
}

describe('planning while the organization is still being listed', () => {
  it('records no plan before the list is recorded, and then each wanted one once', async () => {
    const { planning, targets, heardOf, stored } = await planningOf(4);
    planning.add(targets.slice(0, 2));
    planning.add(targets.slice(1, 3));
    await heardOf(3);
    expect(await stored()).toEqual([]);
    const planned = await planning.finish([targets[3]!, targets[1]!, targets[0]!]);
    expect(planned.map(({ target }) => target.account.id)).toEqual([idOf(3), idOf(1), idOf(0)]);
    expect((await stored()).sort()).toEqual([idOf(0), idOf(1), idOf(3)]);
  });

  it('records any number of plans made until then', async () => {
    const { planning, targets, heardOf, stored } = await planningOf(102);
    planning.add(targets);
    await heardOf(102);
    await planning.finish(targets);
    expect((await stored()).sort()).toEqual(targets.map(({ account }) => account.id));
  });

  it('appends nothing when no plan was made until then', async () => {
    const appended: number[] = [];
    const { planning, targets } = await planningOf(2, (context) => ({
      ...context,
      log: {
        ...context.log,
        append: (records) => {
          appended.push(records.length);
          return context.log.append(records);
        },
      },
    }));
    await planning.finish(targets);
    expect(appended).toEqual([1, 1]);
  });

  it('reports its progress from the start', async () => {
    const { planning, targets, steps } = await planningOf(2);
    planning.add(targets.slice(0, 1));
    expect(steps).toEqual([{ step: 'planning', done: 0, total: 1 }]);
    await planning.finish(targets);
    expect(steps).toContainEqual({ step: 'planning', done: 0, total: 2 });
    expect(steps.at(-1)).toEqual({ step: 'planning', done: 2, total: 2 });
  });

  it('plans nothing more once it is abandoned', async () => {
    const { on, planning, targets, heard, steps } = await planningOf(2);
    await planning.abandon();
    on.sandbox.calls.reset();
    planning.add(targets);
    await planning.abandon();
    expect(heard).toEqual([]);
    expect(steps).toEqual([]);
    expect(on.sandbox.calls.all).toEqual([]);
  });

  it('aborts the work in progress when no target is left, and waits for its end', async () => {
    const { on, planning, targets, heard } = await planningOf(3);
    planning.add(targets);
    expect(await planning.finish([])).toEqual([]);
    const { length } = on.sandbox.calls.all;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(on.sandbox.calls.all).toHaveLength(length);
    expect(heard).toEqual([]);
  });

  it('has no work in progress when the ledger fails', async () => {
    const broken = new Error('disk full');
    const { on, planning, targets, heardOf } = await planningOf(3, (context) => ({
      ...context,
      log: { ...context.log, append: () => Promise.reject(broken) },
    }));
    planning.add(targets.slice(0, 1));
    await heardOf(1);
    await expect(planning.finish(targets)).rejects.toThrow(broken);
    const { length } = on.sandbox.calls.all;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(on.sandbox.calls.all).toHaveLength(length);
  });

  it('returns the failure of an account that it cannot enter, and records no plan for it', async () => {
    const { organization, planning, targets, stored } = await planningOf(2);
    removeRotationRole(organization, idOf(0));
    const [first, second] = await planning.finish(targets);
    expect(first).toMatchObject({ target: targets[0], failure: { kind: 'cannot-assume' } });
    expect(second).not.toHaveProperty('failure');
    expect(await stored()).toEqual([idOf(1)]);
  });
});

describe('an account that was not read', () => {
  const explained = async (context: RunContext) =>
    planOrFailure(targetOf(idOf(0), context), context, planFileFilter(undefined));

  it('after the deadline is not reached, and says so', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const { signal: hard } = new AbortController();
    const deadline = deadlineOn(AbortSignal.abort(), hard);
    const context = { ...(await begun(on)), deadline };
    on.sandbox.calls.reset();
    expect(await explained(context)).toEqual({
      target: targetOf(idOf(0), context),
      failure: {
        kind: 'not-reached',
        call: 'keysweep',
        code: 'Deadline',
        message: 'the run ran out of time, or was stopped, before this account was read',
      },
    });
    expect(on.sandbox.calls.all).toEqual([]);
  });

  it('because its memory is invalid says so', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const context = await begun(on);
    await on.store.put(`accounts/${idOf(0)}.json`, '{');
    expect(await explained(context)).toMatchObject({
      failure: { kind: 'failed', call: 'keysweep', code: 'UnreadableLedgerError' },
    });
  });
});

describe('the record of a plan', () => {
  const AT = new Date('2026-11-27T22:55:00Z');

  it('has what was read and decided, and the rules', () => {
    const read = {
      users: 2,
      missingGroups: ['Admins'],
      decisions: [due(), kept({ accessKeyId: 'AKIA2' })],
      unreadUsers: [
        { userName: 'bob', failure: { kind: 'denied', call: 'c', code: 'd', message: 'm' } as const },
      ],
    };
    expect(accountPlanned(plan(FIRST, { ...read, armed: false }), AT)).toStrictEqual({
      type: 'account-planned',
      at: AT.toISOString(),
      accountId: FIRST,
      armed: false,
      ...read,
      rules: { maxKeyAgeDays: 0, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
      remembered: [],
    });
  });

  it('has machine users and contacts, if there are any', () => {
    const machineUsers = [{ userName: 'svc', sign: 'name' }] as const;
    const contacts = [{ userName: 'ada', address: 'ada@example.com' }];
    expect(accountPlanned(plan(FIRST, { machineUsers, contacts }), AT)).toMatchObject({
      machineUsers,
      contacts,
    });
  });

  it('has the memory of the keys that were seen, and of no others', () => {
    const [since, until] = [new Date('2026-11-20T00:00:00Z'), new Date('2026-12-20T00:00:00Z')];
    const decisions = ['A', 'B', 'C', 'D'].map((accessKeyId) => kept({ accessKeyId }));
    const memory = {
      keys: new Map([
        ['A', { userName: 'ada', inactiveSince: since }],
        ['B', { userName: 'ada', holdUntil: until, heldByRun: '20261120T225500Z-1a2b3c' }],
        ['D', { userName: 'ada', holdUntil: until }],
        ['C', { userName: 'ada' }],
        ['X', { userName: 'bob', inactiveSince: since }],
      ]),
    };
    expect(accountPlanned(plan(FIRST, { decisions, memory }), AT).remembered).toStrictEqual([
      { accessKeyId: 'A', inactiveSince: since },
      { accessKeyId: 'B', holdUntil: until },
    ]);
  });
});
