import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';

import type { Fault } from '../../../sandbox/faults/faults.ts';
import type { PlanFile } from '../../../src/ledger/plan-file.ts';
import type { RunSummary } from '../../../src/ledger/record.ts';
import { listRunIds } from '../../../src/ledger/runs.ts';
import type { StoredRun } from '../../../src/ledger/stored-run.ts';
import type { RunDependencies } from '../../../src/sweep/run-context.ts';
import { releaseDeadLocks } from '../../crash/dead-process.ts';
import { KillPoint } from '../../crash/kill-point.ts';
import type { Build } from '../build-under-test.ts';
import { stageOf, type Stage } from '../stage.ts';
import { DAY } from '../story.ts';
import type { PlannedAct } from './acts.ts';
import { checkDates, checkLedger } from './ledger.ts';
import { checkLeftInactive, checkMissed } from './missed.ts';
import { actionOf, type Asked, type Objection } from './permission.ts';
import type { ActedStory, Lie, RunToPlay } from './story.ts';
import { Witness } from './witness.ts';

const HOLD_DAYS = 30;

export interface PlayedStory {
  /** Calls that changed a key. */
  readonly writes: number;
  /** Acts between two calls of a run. */
  readonly acts: number;
}

export interface PlayOptions {
  /** Called with every write that must not have been; default: fails. */
  readonly onObjection?: (objection: Objection) => void;
}

/**
 * Plays the runs of a story while others act.
 * @throws when a key is written that must not be or missed silently, or the ledger does not tell the truth
 */
export async function playActed(
  { facts, runs, acts, lies }: ActedStory,
  build: Build,
  options: PlayOptions = {},
): Promise<PlayedStory> {
  const stage = stageOf(facts, build);
  stage.server.faults.add(...lies.map((lie) => faultOf(lie, stage.built)));
  const player = new Player(stage, options);
  for (const [number, run] of runs.entries())
    await player.play(
      run,
      acts.filter((act) => act.run === number),
    );
  return { writes: player.writes, acts: player.acts };
}

interface Ended {
  readonly summary: RunSummary | undefined;
  readonly run: StoredRun | undefined;
}

/** What the dependencies of a run have besides: it dies, and its steps go on in another process. */
export interface Mortal {
  readonly death: Promise<void>;
  readonly reopen: () => RunDependencies;
}

/** Each step of a run is a process of its own. */
export interface Divided {
  readonly openStep: () => RunDependencies;
}

class Player {
  writes = 0;
  acts = 0;
  private readonly stage: Stage;
  private readonly options: PlayOptions;
  private plan: PlanFile | undefined;
  /** The last run that deactivated keys, and which. */
  private swept: { readonly runId: string; readonly deactivated: ReadonlySet<string> } | undefined;

  constructor(stage: Stage, options: PlayOptions) {
    this.stage = stage;
    this.options = options;
  }

  async play({ type, days, killed }: RunToPlay, acts: readonly PlannedAct[]): Promise<void> {
    const { stage } = this;
    stage.built.organization.clock.advance(days * DAY);
    const asked = this.asked(type);
    if (!asked) return;
    const witness = new Witness(stage, acts, asked);
    const point = new KillPoint(killed?.at ?? Infinity, killed?.moment);
    const ended = await this.run(type, witness, point);
    this.judge(ended, witness, asked);
    this.writes += witness.writes.filter(({ record }) => record.wrote).length;
    this.acts += witness.acted.length;
    witness.end();
    if (type === 'plan') this.plan = ended.run && stage.build.planFileOf(ended.run);
    else if (type !== 'undo' && ended.run)
      this.swept = { runId: ended.run.started.runId, deactivated: deactivated(witness) };
  }

  /** @returns undefined when there is nothing to apply or to undo */
  private asked(type: RunToPlay['type']): Asked | undefined {
    const { facts, world, built } = this.stage;
    const { memory } = world();
    if (type === 'undo') return this.swept && { facts, memory, restorable: this.swept.deactivated };
    if (type !== 'apply') return { facts, memory };
    const { plan } = this;
    if (!plan || plan.keys.length === 0) return undefined;
    const accounts = [...new Set(plan.keys.map(({ accountId }) => built.accountIds.indexOf(accountId)))];
    const only = new Map(
      plan.keys.map(({ accessKeyId, action, status }) => [accessKeyId, { decision: action, status }]),
    );
    return { facts: { ...facts, filters: { accounts } }, memory, only };
  }

  private async run(type: RunToPlay['type'], witness: Witness, point: KillPoint): Promise<Ended> {
    const { store, read } = this.stage;
    const earlier = await listRunIds(store);
    const summary = await this.startMortal(type, witness, point).catch((error: unknown) => {
      // Whatever is not one of keysweep's own errors is a defect.
      expect(error).toHaveProperty('code');
      return undefined;
    });
    if (!summary) releaseDeadLocks(this.stage.objects);
    const runId = summary?.runId ?? (await listRunIds(store)).find((id) => !earlier.includes(id));
    return { summary, run: runId === undefined ? undefined : await read(runId) };
  }

  /** @returns undefined when the run is dead */
  private async startMortal(
    type: RunToPlay['type'],
    witness: Witness,
    point: KillPoint,
  ): Promise<RunSummary | undefined> {
    let isReopened = false;
    const mortal: Mortal = {
      death: point.died,
      reopen: () => {
        isReopened = true;
        return this.stage.dependencies(witness);
      },
    };
    const dependencies = this.stage.dependencies({
      passage: (send, request) => point.passage(() => witness.passage(send, request), request),
      store: point.store(witness.store),
    });
    const started = this.start(type, Object.assign(dependencies, mortal));
    const died = point.died.then(async () => {
      witness.noteDeath();
      // The sandbox finishes the calls that it has received; the next attempt at a step begins.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      return isReopened ? started : undefined;
    });
    return Promise.race([started, died]);
  }

  private async start(type: RunToPlay['type'], dependencies: RunDependencies): Promise<RunSummary> {
    const { build, built, store, read } = this.stage;
    const { runSweep, laterWrites, planUndo, applyUndo } = build;
    switch (type) {
      case 'sweep':
      case 'plan':
        return runSweep({ mode: type, filters: built.filters }, dependencies);
      case 'apply': {
        const only = this.plan!;
        const filters = { accounts: [...new Set(only.keys.map(({ accountId }) => accountId))] };
        return runSweep({ mode: 'sweep', filters, only }, dependencies);
      }
      case 'undo': {
        const { runId } = this.swept!;
        const plan = planUndo(await read(runId), {}, await laterWrites(store, runId));
        return applyUndo(plan, HOLD_DAYS, dependencies);
      }
    }
  }

  private judge({ summary, run }: Ended, witness: Witness, asked: Asked): void {
    expect(witness.failures).toEqual([]);
    const acted = witness.acted.join('\n');
    for (const objection of witness.objections) this.object(objection, acted);
    if (run) checkLedger(run, witness, this.stage.built);
    // A run without a record has written nothing.
    else expect(witness.writes).toEqual([]);
    if (!summary || !run) return;
    if (asked.restorable) checkLeftInactive({ summary }, witness, asked);
    if (summary.mode !== 'sweep') return;
    checkMissed({ summary, run }, witness, this.stage, asked);
    if (summary.verdict === 'ok') checkDates(run, witness, this.stage.world());
  }

  private object(objection: Objection, acted: string): void {
    if (this.options.onObjection) this.options.onObjection(objection);
    else expect.fail(`${objection.kind}\n${objection.story}\n${acted}`);
  }
}

function faultOf({ call, account, by }: Lie, { accountIds }: Stage['built']): Fault {
  const at = {
    service: call === 'AssumeRole' ? ('sts' as const) : ('iam' as const),
    call,
    account: accountIds[account]!,
    occurrence: 'every' as const,
  };
  return by === 'nothing'
    ? { ...at, kind: 'empty-body' }
    : { ...at, kind: 'other-answer', instead: { account: accountIds[by]! } };
}

function deactivated({ writes }: Witness): ReadonlySet<string> {
  const sent = writes.filter((write) => write.record.wrote && actionOf(write) === 'deactivate');
  return new Set(sent.map(({ accessKeyId }) => accessKeyId));
}
