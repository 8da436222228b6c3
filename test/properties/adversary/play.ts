import { expect } from 'vitest';

import { listRunIds } from '../../../src/ledger/runs.ts';
import type { RunSummary } from '../../../src/ledger/record.ts';
import type { RunDependencies } from '../../../src/sweep/run-context.ts';
import { checkLedger } from '../actor/ledger.ts';
import { checkMissed } from '../actor/missed.ts';
import { actionOf, type Asked } from '../actor/permission.ts';
import type { Divided } from '../actor/play.ts';
import type { RunToPlay } from '../actor/story.ts';
import { Witness } from '../actor/witness.ts';
import { stageOf, type Stage } from '../stage.ts';
import { DAY } from '../story.ts';
import { checkVerified, checkWatched } from './afterwards.ts';
import { Attacker } from './attacking.ts';
import type { Attack } from './attacks.ts';
import type { Engine } from './engines.ts';
import type { Sent } from './events.ts';
import type { Event, Intruded } from './intruding.ts';
import { isMissed } from './missing.ts';
import { checkRecorded } from './recorded.ts';
import { Sender } from './sending.ts';
import { openSignedLedger, type SignedLedger } from './signed-ledger.ts';
import type { AttackedStory } from './story.ts';

const HOLD_DAYS = 30;

/** What one run did. */
export interface PlayedRun {
  /** Undefined when it broke off. */
  readonly summary: RunSummary | undefined;
  /** By access key ID: the account and the action. */
  readonly writes: ReadonlyMap<string, { readonly account: string; readonly action: string }>;
  readonly attacked: Attacker['attacked'];
  readonly sent: Sender['done'];
  /** What was sent from outside may have changed which run writes what. */
  readonly isLed: boolean;
}

/** Plays the runs of a story; each must permit every write, and name what it read that was forged. */
export async function playAttacked(story: AttackedStory, engine: Engine): Promise<readonly PlayedRun[]> {
  const { facts, runs, attacks, sent } = story;
  let ledger: SignedLedger | undefined;
  const open: Parameters<typeof stageOf>[2] = (server, built) =>
    (ledger = openSignedLedger(server, built, engine.build));
  const stage = stageOf(facts, engine.build, open);
  const watched = stage.dependencies();
  await engine.build.runWatchdog(watched.config, watched.store, watched.now());
  const player = new Player(stage, ledger!, engine);
  const played: PlayedRun[] = [];
  for (const [number, run] of runs.entries()) {
    const ofRun = <One extends { readonly run: number }>(all: readonly One[]): One[] =>
      all.filter((one) => one.run === number);
    played.push(await player.play(run, ofRun(attacks), ofRun(sent)));
  }
  await player.end(sent.filter(({ run }) => run === runs.length));
  return played;
}

class Player {
  private readonly stage: Stage;
  private readonly ledger: SignedLedger;
  private readonly engine: Engine;
  /** Every event so far. */
  private readonly seen: Event[] = [];
  /** Of all runs. */
  private readonly done: string[] = [];
  /** The last sweep that ended, and what it deactivated. */
  private swept: { readonly runId: string; readonly deactivated: ReadonlySet<string> } | undefined;

  constructor(stage: Stage, ledger: SignedLedger, engine: Engine) {
    this.stage = stage;
    this.ledger = ledger;
    this.engine = engine;
  }

  async play(
    { type, days }: RunToPlay,
    attacks: readonly Attack[],
    sent: readonly Sent[],
  ): Promise<PlayedRun> {
    const { stage, ledger, swept } = this;
    stage.built.organization.clock.advance(days * DAY);
    const earlier = await listRunIds(stage.openStore());
    const attacker = new Attacker(stage, ledger, attacks);
    const restorable = type === 'undo' ? (swept?.deactivated ?? new Set<string>()) : undefined;
    const asked: Asked = { facts: stage.facts, memory: stage.world().memory, restorable };
    const witness = new Witness(stage, [], asked);
    const sending = this.sending(sent, witness);
    ledger.read.clear();
    ledger.isAtWork = true;
    ledger.onOperation = (operation) => {
      attacker.meet(operation);
    };
    const summary = await this.start(type, witness, sending.sender);
    ledger.isAtWork = false;
    ledger.onOperation = () => undefined;
    const { done } = attacker;
    if (summary) this.checkNamed(summary, done.join('\n'));
    await sending.sender.end();
    const { done: events, isFollowed, hasReplaced, hasAskedToSweep } = sending.sender;
    const told = [...done, ...events].join('\n');
    const witnesses = [witness, ...sending.witnesses];
    this.checkPermitted(witnesses, sending.sender, told);
    const isLed = isFollowed || hasReplaced;
    const isPlan = type === 'plan' && !hasAskedToSweep;
    if (isPlan)
      expect(
        witnesses.flatMap(({ writes }) => writes),
        told,
      ).toEqual([]);
    if (isLed) await this.checkRecordedIf(attacker, earlier, witnesses);
    else await this.checkRecords(summary, witness, attacker, asked);
    attacker.end();
    this.done.push(...attacker.done, ...sending.sender.done);
    const writes = witness.writes
      .filter(({ record }) => record.wrote)
      .map(
        (write) => [write.accessKeyId, { account: write.record.account, action: actionOf(write) }] as const,
      );
    if (summary?.mode === 'sweep')
      this.swept = {
        runId: summary.runId,
        deactivated: new Set(writes.flatMap(([id, { action }]) => (action === 'deactivate' ? [id] : []))),
      };
    return { summary, writes: new Map(writes), attacked: attacker.attacked, sent: events, isLed };
  }

  /** Time passes without a run of keysweep's own. */
  async end(sent: readonly Sent[]): Promise<void> {
    const { stage, ledger } = this;
    await checkVerified(stage, ledger, this.done.join(', '));
    stage.built.organization.clock.advance(15 * DAY);
    const witness = new Witness(stage, [], { facts: stage.facts, memory: stage.world().memory });
    const { sender, witnesses } = this.sending(sent, witness);
    await sender.end();
    this.checkPermitted([witness, ...witnesses], sender, sender.done.join('\n'));
    await checkWatched(stage, ledger, sender);
  }

  /** Steps are watched together with those of the run, and each other event, which is a run, by itself. */
  private sending(sent: readonly Sent[], witness: Witness) {
    const { stage, engine, ledger } = this;
    const witnesses: Witness[] = [];
    const byWitness = (): Witness => {
      if (engine.isInSteps) return witness;
      const own = new Witness(stage, [], { facts: stage.facts, memory: stage.world().memory });
      witnesses.push(own);
      return own;
    };
    const sender = new Sender(stage, engine, sent, this.seen, async (event) => {
      const { isAtWork } = ledger;
      ledger.isAtWork = false;
      try {
        return await engine.invoke(event, stage.dependencies(byWitness()));
      } finally {
        ledger.isAtWork = isAtWork;
      }
    });
    return { sender, witnesses };
  }

  /** @returns undefined for a run that broke off, with an error of keysweep's own, or was none */
  private async start(
    type: RunToPlay['type'],
    witness: Witness,
    { intrude }: Sender,
  ): Promise<RunSummary | undefined> {
    const open = (): RunDependencies => this.stage.dependencies(witness);
    const more: Divided & Intruded = { openStep: open, intrude };
    const answer = await this.run(type, Object.assign(open(), more)).catch((error: unknown) => {
      expect(error).toHaveProperty('code');
      return undefined;
    });
    return answer && 'verdict' in answer ? answer : undefined;
  }

  private async run(type: RunToPlay['type'], dependencies: RunDependencies): Promise<RunSummary | undefined> {
    const { build, built } = this.stage;
    if (type !== 'undo')
      return build.runSweep(
        { mode: type === 'plan' ? 'plan' : 'sweep', filters: built.filters },
        dependencies,
      );
    if (!this.swept) return undefined;
    const { store } = dependencies;
    const { runId } = this.swept;
    const run = await build.readRun(store, runId);
    const plan = build.planUndo(run, {}, await build.laterWrites(store, runId));
    return build.applyUndo(plan, HOLD_DAYS, dependencies);
  }

  private checkPermitted(witnesses: readonly Witness[], { defects }: Sender, told: string): void {
    expect(defects, told).toEqual([]);
    expect(witnesses.flatMap(({ failures }) => failures)).toEqual([]);
    expect(
      witnesses.flatMap(({ objections }) => objections),
      told,
    ).toEqual([]);
  }

  /** What a run read that keysweep had not stored is in its summary, which is not ok. */
  private checkNamed({ verdict, problems }: RunSummary, told: string): void {
    const read = [...this.ledger.read];
    if (read.length > 0) expect(verdict, `read ${read.join(', ')} (${told})`).not.toBe('ok');
    expect(
      read.filter((key) => !problems.some((problem) => problem.includes(key))),
      `read and not named (${told})`,
    ).toEqual([]);
  }

  /** A ledger that still has its records tells the truth; one that has not does not say that all is well. */
  private async checkRecords(
    summary: RunSummary | undefined,
    witness: Witness,
    attacker: Attacker,
    asked: Asked,
  ): Promise<void> {
    if (!summary) return;
    const { stage } = this;
    const { build, built } = stage;
    const { runId } = summary;
    if (!isGone(attacker, runId)) {
      const run = await build.readRun(stage.openStore(), runId);
      checkLedger(run, witness, built);
      if (summary.mode === 'sweep') checkMissed({ summary, run }, witness, stage, asked);
      return;
    }
    const isCut = attacker.attacked.some(
      ({ key }) => key.includes(`${runId}/records/`) && isMissed(key, this.ledger),
    );
    if (!isCut) return;
    const verdict = await build
      .readRun(stage.openStore(), runId)
      .then((run) => run.summary?.verdict)
      .catch(() => undefined);
    expect(verdict, attacker.done.join('\n')).not.toBe('ok');
  }

  private async checkRecordedIf(
    attacker: Attacker,
    earlier: readonly string[],
    witnesses: readonly Witness[],
  ): Promise<void> {
    if (!isGone(attacker)) await checkRecorded(this.stage, earlier, witnesses);
  }
}

/** Whether records of the run were removed, or of any. */
function isGone({ attacked }: Attacker, runId = ''): boolean {
  return attacked.some(({ key, how }) => how === 'remove' && key.includes(`${runId}/records/`));
}
