import { expect } from 'vitest';

import type { PlanFile } from '../../src/ledger/plan-file.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { getSummary, listRunIds } from '../../src/ledger/runs.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { SweepRequest } from '../../src/sweep/run.ts';
import { releaseDeadLocks } from '../crash/dead-process.ts';
import type { Build } from './build-under-test.ts';
import { DiskFullError, failing } from './failing-store.ts';
import { checkExplained, checkFaulty } from './faulty.ts';
import { alter, changed, isChange } from './changing.ts';
import type { ModelKey } from './model-keys.ts';
import type { Last } from './model-limits.ts';
import { meddle } from './meddling.ts';
import { knownAfter, namesStrangers } from './model-scope.ts';
import { foretell, undone, type Foretold, type Planned, type World } from './model.ts';
import { placedFault } from './placed-fault.ts';
import { isWriteCall, stageOf, statuses, type Disturbance, type Ran, type Stage } from './stage.ts';
import { DAY, type Change, type Chapter, type Facts } from './story.ts';
import type { Story } from './telling.ts';
import { checkSums, checkTruth } from './truth.ts';

const HOLD_DAYS = 30;

/**
 * Plays a story to its end. @throws when something is not as the model foretells, or the ledger does not tell
 * the truth
 */
export async function play({ facts }: Story, build: Build): Promise<void> {
  const stage = stageOf(facts, build);
  const player = new Player(stage);
  if (facts.planFirst) await player.chapter({ type: 'plan' });
  for (const chapter of facts.before ?? []) await player.chapter(chapter);
  await player.firstSweep();
  for (const chapter of facts.chapters) await player.chapter(chapter);
}

interface Swept {
  readonly runId: string;
  /** What it deactivated in truth, and what is gone since. */
  readonly deactivated: readonly ModelKey[];
  readonly deleted: readonly ModelKey[];
}

interface PlanToApply {
  readonly file: PlanFile;
  readonly keys: ReadonlyMap<string, Planned>;
  readonly accounts: readonly number[];
  readonly at: number;
}

type Later = 'deactivated' | 'activated';

type Request = Partial<SweepRequest> & Pick<SweepRequest, 'mode'>;

class Player {
  private readonly stage: Stage;
  private readonly sweeps: Swept[] = [];
  /** The keys that each undo gave back in truth, and after how many sweeps that was. */
  private readonly undos: { readonly activated: readonly string[]; readonly sweeps: number }[] = [];
  /** As they are now. */
  private facts: Facts;
  private last: Last | undefined;
  /** Accounts that the last whole sweep listed or knew to have left. */
  private known: ReadonlySet<number> = new Set();
  /** Exemptions that have matched something, in lower case. */
  private matched: ReadonlySet<string> = new Set();
  private planned: PlanToApply | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    this.facts = stage.facts;
  }

  async firstSweep(): Promise<void> {
    const { facts, server, built, store, objects } = this.stage;
    const { storeFault } = facts;
    if (facts.faults.length === 0 && !storeFault) return this.sweep();
    server.faults.add(...facts.faults.map((fault) => placedFault(fault, built)));
    const before = this.stage.world();
    const ran = await this.run({ mode: 'sweep' }, storeFault && { store: failing(store, storeFault) }).catch(
      (error: unknown) => this.brokeOff(error, before),
    );
    server.faults.clear();
    // That of a run that ended is left, too, where its release failed.
    releaseDeadLocks(objects);
    if (!ran) return;
    const foretold = this.foretold(before, 'sweep', ran.summary);
    checkExplained(ran, foretold, before, this.stage);
    this.finish(ran);
    this.note({ runId: ran.summary.runId, run: ran.run }, before);
  }

  /**
   * A run that came to no end; where the ledger failed it may have written what was due, and the next one
   * goes on from there.
   */
  private async brokeOff(error: unknown, before: World): Promise<undefined> {
    const { built, store } = this.stage;
    if (!(error instanceof DiskFullError)) {
      checkFaulty(error, before, this.stage);
      return;
    }
    const now = built.organization.clock.milliseconds();
    const ownKey = built.operator.accessKeyId;
    this.checkAttempts(0, foretell(this.facts, before, { mode: 'sweep', now, ownKey }).due);
    const [runId] = await listRunIds(store);
    if (runId === undefined) return;
    const run = await this.stage.read(runId);
    this.note({ runId, run }, before);
    // All that failed may have come after it.
    const summary = await getSummary(store, runId);
    if (summary && run.accounts.size > 0) this.finish({ summary, run });
    // The organization could not even be listed, and the ledger failed after it held that.
    else if (summary)
      expect(summary).toMatchObject({ verdict: 'incomplete', accountsListed: 0, accounts: {} });
  }

  async chapter(chapter: Chapter): Promise<void> {
    if (isChange(chapter)) {
      this.change(chapter);
      return;
    }
    switch (chapter.type) {
      case 'sweep':
        return this.sweep();
      case 'plan':
        return this.plan();
      case 'undo':
        return this.undo(chapter);
      case 'days':
        this.stage.built.organization.clock.advance(chapter.days * DAY);
        return;
      case 'apply':
        return this.apply();
      case 'activate':
      case 'use':
      case 'set-key':
      case 'new-keys':
        meddle(chapter, this.stage.built, this.facts);
    }
  }

  private change(change: Change): void {
    this.facts = changed(this.facts, change);
    alter(this.stage.built, change, this.facts);
  }

  private async sweep(): Promise<void> {
    if (namesStrangers(this.facts, this.known)) return this.refused({ mode: 'sweep' });
    const before = this.stage.world();
    const calls = this.stage.server.calls.all.length;
    const ran = await this.run({ mode: 'sweep' });
    const foretold = this.foretold(before, 'sweep', ran.summary);
    this.checkForetold(ran, foretold);
    this.checkAttempts(calls, writable(foretold));
    this.note({ runId: ran.summary.runId, run: ran.run }, before);
    await this.checkNothingLeft(ran.summary);
  }

  /** "Run again: nothing left to do", asked of the model and of keysweep. */
  private async checkNothingLeft({ verdict, accounts }: RunSummary): Promise<void> {
    const written = this.stage.server.calls.writes().length;
    const before = this.stage.world();
    const again = await this.run({ mode: 'sweep' });
    this.checkForetold(again, this.foretold(before, 'sweep', again.summary));
    // Without the others, a withheld account may be within the limit.
    if (verdict === 'stopped' || accounts.withheld) return;
    expect(statuses(this.stage.world()), 'after the same sweep once more').toEqual(statuses(before));
    expect(this.stage.server.calls.writes().slice(written).filter(isIam), 'writes of the same sweep').toEqual(
      [],
    );
  }

  /** A run that must end before it decides anything. */
  private async refused(request: Request, name = 'ConfigError'): Promise<void> {
    const before = this.stage.world();
    const calls = this.stage.server.calls.all.length;
    await expect(this.run(request)).rejects.toMatchObject({ name });
    const after = this.stage.world();
    expect(statuses(after), 'after a run that was refused').toEqual(statuses(before));
    expect(after.memory, 'after a run that was refused').toEqual(before.memory);
    this.checkAttempts(calls, new Set());
  }

  private async plan(): Promise<void> {
    if (namesStrangers(this.facts, this.known)) return this.refused({ mode: 'plan' });
    const before = this.stage.world();
    const calls = this.stage.server.calls.all.length;
    const ran = await this.run({ mode: 'plan' });
    const foretold = this.foretold(before, 'plan', ran.summary);
    this.checkForetold(ran, foretold);
    this.checkAttempts(calls, new Set());
    this.planned = this.written(ran, foretold, before);
  }

  /** The file that the plan is written to, and what must stand in it. */
  private written({ run, summary }: Ran, { due, decisions }: Foretold, { keys }: World): PlanToApply {
    const { planFileOf, parsePlanFile } = this.stage.build;
    const file = parsePlanFile(JSON.stringify(planFileOf(run)), 'plan.json');
    const planned = new Map(
      [...due].map((id) => [id, { decision: decisions.get(id)!, status: keys.get(id)!.status }]),
    );
    expect(
      new Map(
        file.keys.map(({ accessKeyId, action, status }) => [accessKeyId, { decision: action, status }]),
      ),
      'keys in the plan file',
    ).toEqual(planned);
    const accounts = [...new Set([...due].map((id) => keys.get(id)!.account))];
    return { file, keys: planned, accounts, at: Date.parse(summary.startedAt) };
  }

  /** As `keysweep apply` does it: the accounts of the plan, and no keys but its. */
  private async apply(): Promise<void> {
    const { planned } = this;
    if (!planned || planned.keys.size === 0) return;
    const { accountIds, organization } = this.stage.built;
    const filters = { accounts: planned.accounts.map((account) => accountIds[account]!) };
    const request = { mode: 'sweep', filters, only: planned.file } as const;
    const facts = { ...this.facts, filters: { accounts: planned.accounts } };
    if (organization.clock.milliseconds() - planned.at > DAY) return this.refused(request, 'StalePlanError');
    if (namesStrangers(facts, this.known)) return this.refused(request);
    const before = this.stage.world();
    const calls = this.stage.server.calls.all.length;
    const ran = await this.run(request);
    const foretold = this.foretold(before, 'sweep', ran.summary, { facts, only: planned.keys });
    this.checkForetold(ran, foretold);
    this.checkAttempts(calls, writable(foretold));
    this.note({ runId: ran.summary.runId, run: ran.run }, before);
    const isTold = (id: string): boolean => ran.summary.warnings.some((warning) => warning.includes(id));
    expect([...planned.keys.keys()].filter(isTold), 'changes since the plan, told').toEqual(
      [...planned.keys]
        .filter(([id, { decision }]) => foretold.decisions.get(id) !== decision)
        .map(([id]) => id),
    );
  }

  private async undo({ sweep, account }: Extract<Chapter, { type: 'undo' }>): Promise<void> {
    const { laterWrites, planUndo, applyUndo } = this.stage.build;
    const undoing = this.sweeps[Math.min(sweep, this.sweeps.length - 1)];
    if (!undoing) return;
    const before = this.stage.world();
    const { accountIds } = this.stage.built;
    const accounts = account === undefined ? undefined : [accountIds[account]!];
    const since = await laterWrites(this.stage.store, undoing.runId);
    const plan = planUndo(await this.stage.read(undoing.runId), { accounts }, since);
    const summary = await applyUndo(plan, HOLD_DAYS, this.stage.dependencies());
    const after = this.stage.world();
    const run = await this.stage.read(summary.runId);
    checkTruth(run, this.stage.built.accountIds, before, after);
    const isAsked = (key: ModelKey): boolean => account === undefined || key.account === account;
    const wroteSince = (did: Later): ModelKey[] =>
      undoing.deactivated.filter((key) => this.newestSince(undoing, key) === did);
    const tookSince = wroteSince('deactivated');
    const asked = undoing.deactivated.filter((key) => isAsked(key) && !tookSince.includes(key));
    const holdUntil = Date.parse(summary.startedAt) + HOLD_DAYS * DAY;
    const foretold = undone(this.facts, before, asked, { holdUntil, gaveBack: wroteSince('activated') });
    expect(statuses(after), 'keys after the undo').toEqual(statuses(foretold.world));
    this.undos.push({ activated: activated(before, after), sweeps: this.sweeps.length });
    for (const [id, { holdUntil }] of foretold.world.memory)
      expect(after.memory.get(id)?.holdUntil, `hold of ${id}`).toBe(holdUntil);
    // Whether an account is looked for in which there is nothing to restore, the documentation does not say.
    const left = [...undoing.deleted, ...tookSince].filter(isAsked);
    const isTold = !left.some((key) => this.facts.accounts[key.account]!.away);
    if (isTold) expect(summary.verdict, 'verdict of the undo').toBe(foretold.verdict);
  }

  /** What the newest run did to the key that wrote to it after this one. */
  private newestSince(undoing: Swept, { accessKeyId }: ModelKey): Later | undefined {
    const swept = this.sweeps.findLastIndex(({ deactivated }) =>
      deactivated.some((key) => key.accessKeyId === accessKeyId),
    );
    const gaveBack = this.undos.some(
      ({ activated, sweeps }) => sweeps > swept && activated.includes(accessKeyId),
    );
    if (gaveBack) return 'activated';
    return swept > this.sweeps.indexOf(undoing) ? 'deactivated' : undefined;
  }

  private async run(request: Request, disturbance: Disturbance = {}): Promise<Ran> {
    const { built, build } = this.stage;
    const summary = await build.runSweep(
      { filters: built.filters, ...request },
      this.stage.dependencies(disturbance),
    );
    return { summary, run: await this.stage.read(summary.runId) };
  }

  private foretold(
    before: World,
    mode: 'sweep' | 'plan',
    { startedAt }: RunSummary,
    { facts = this.facts, only }: { readonly facts?: Facts; readonly only?: PlanToApply['keys'] } = {},
  ): Foretold {
    const ownKey = this.stage.built.operator.accessKeyId;
    const { last, matched } = this;
    return foretell(facts, before, { mode, ownKey, only, last, matched, now: Date.parse(startedAt) });
  }

  /** Exactly what the model foretells, in the sandbox and in the ledger. */
  private checkForetold({ summary, run }: Ran, foretold: Foretold): void {
    const { accountIds } = this.stage.built;
    expect(
      accountIds.map((id) => run.accounts.get(id)?.finished?.outcome),
      `outcomes (${this.reasons(run)})`,
    ).toEqual(foretold.outcomes);
    expect(summary.verdict, `verdict (${summary.problems.join('; ')})`).toBe(foretold.verdict);
    if (summary.mode === 'sweep')
      expect(summary.limitsExceeded.map(({ limit }) => limit).sort()).toEqual(foretold.exceeded.toSorted());
    const decided = [...run.accounts.values()].flatMap(({ plan }) => plan?.decisions ?? []);
    expect(new Map(decided.map(({ accessKeyId, action }) => [accessKeyId, action]))).toEqual(
      foretold.decisions,
    );
    const after = this.stage.world();
    expect(statuses(after), 'keys').toEqual(statuses(foretold.world));
    expect(remembered(after), 'memory').toEqual(remembered(foretold.world));
    expect(new Set(matchedIn(summary)), 'matched').toEqual(foretold.matched);
    this.finish({ summary, run });
  }

  private reasons(run: Ran['run']): string {
    return [...run.accounts.values()].map(({ finished }) => finished?.reason ?? '').join(' | ');
  }

  /** No key but these was even asked for, whatever came of it. */
  private checkAttempts(calls: number, due: ReadonlySet<string>): void {
    const attempts = this.stage.server.calls.all.slice(calls).filter(isWriteCall);
    expect(
      attempts.filter(({ accessKeyId }) => !due.has(accessKeyId ?? '')),
      'attempts',
    ).toEqual([]);
  }

  private note({ runId, run }: { readonly runId: string; readonly run: StoredRun }, before: World): void {
    const after = this.stage.world();
    checkTruth(run, this.stage.built.accountIds, before, after);
    const keys = [...before.keys.values()];
    this.sweeps.push({
      runId,
      deactivated: keys.filter(
        ({ accessKeyId, status }) =>
          status === 'Active' && after.keys.get(accessKeyId)?.status === 'Inactive',
      ),
      deleted: keys.filter(({ accessKeyId }) => !after.keys.has(accessKeyId)),
    });
  }

  /** The sums of the ledger are right; what later sweeps are compared with is taken from it. */
  private finish({ summary, run }: Ran): void {
    const { accounts } = this.facts;
    checkSums(
      run,
      this.stage.built.accountIds.filter((_, index) => accounts[index]!.away !== true),
    );
    this.matched = new Set([...this.matched, ...matchedIn(summary)]);
    if (!isWhole(summary)) return;
    const { accountIds } = this.stage.built;
    const due = Object.entries(summary.dueKeys ?? {}).map(
      ([id, keys]) => [accountIds.indexOf(id), keys] as const,
    );
    this.last = { due: new Map(due), listed: summary.accountsListed };
    this.known = knownAfter(this.facts, this.known);
  }
}

/** What a tag matches depends on whose keys are due. */
function matchedIn({ matchedExemptions = [] }: RunSummary): string[] {
  return matchedExemptions.map((name) => name.toLowerCase()).filter((name) => !/^exempt.usertag/.test(name));
}

function writable({ due, withheld }: Foretold): ReadonlySet<string> {
  return new Set([...due].filter((id) => !withheld.has(id)));
}

/** The keys that were Inactive and are Active. */
function activated(before: World, after: World): string[] {
  return [...before.keys.values()]
    .filter(
      ({ accessKeyId, status }) => status === 'Inactive' && after.keys.get(accessKeyId)?.status === 'Active',
    )
    .map(({ accessKeyId }) => accessKeyId);
}

/** Parts of the organization, and sweeps that found most doors closed, are no measure for others. */
function isWhole({ mode, filtered, verdict, accounts }: RunSummary): boolean {
  const count = (...outcomes: (keyof typeof accounts)[]): number =>
    outcomes.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
  const bad = count('cannot-assume', 'denied', 'throttled', 'failed', 'not-reached', 'withheld');
  return (
    mode === 'sweep' && !filtered && verdict !== 'stopped' && bad <= count('swept', 'nothing-due', 'planned')
  );
}

/** Whatever says nothing about a key, or speaks of one that is gone, is as good as no entry. */
/** To the minute: a run in steps goes by the clock of each step. */
function remembered({ keys, memory }: World): Map<string, unknown> {
  const minute = (time: number | undefined) => time && Math.round(time / 60_000);
  return new Map(
    [...memory]
      .filter(
        ([id, { inactiveSince, holdUntil }]) => keys.has(id) && (inactiveSince ?? holdUntil) !== undefined,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { inactiveSince, holdUntil }]) => [id, [minute(inactiveSince), minute(holdUntil)]]),
  );
}

function isIam({ service }: { readonly service: string }): boolean {
  return service === 'iam';
}
