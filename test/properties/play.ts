import { expect } from 'vitest';

import type { RunSummary } from '../../src/ledger/record.ts';
import type { Build } from './build-under-test.ts';
import { checkExplained, checkFaulty } from './faulty.ts';
import { foretell, undone, type Foretold, type World } from './model.ts';
import { isWriteCall, stageOf, statuses, type Ran, type Stage } from './stage.ts';
import { DAY, type Chapter } from './story.ts';
import type { Story } from './telling.ts';
import { checkSums, checkTruth } from './truth.ts';

const HOLD_DAYS = 30;

/** Plays a story to its end. @throws when something is not as the model foretells, or the ledger does not tell the truth */
export async function play({ facts }: Story, build: Build): Promise<void> {
  const stage = stageOf(facts, build);
  const player = new Player(stage);
  if (facts.planFirst) await player.chapter({ type: 'plan' });
  await player.firstSweep();
  for (const chapter of facts.chapters) await player.chapter(chapter);
}

interface Swept {
  readonly runId: string;
  /** What it deactivated in truth. */
  readonly deactivated: readonly string[];
}

class Player {
  private readonly stage: Stage;
  private readonly sweeps: Swept[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async firstSweep(): Promise<void> {
    const { facts, behaviour, built } = this.stage;
    if (facts.faults.length === 0) return this.sweep();
    behaviour.faults.add(
      ...facts.faults.map(({ account, ...fault }) => ({
        ...fault,
        ...(account !== undefined && { account: built.accountIds[account]! }),
      })),
    );
    const before = this.stage.world();
    const ran = await this.run('sweep').catch((error: unknown) => checkFaulty(error, before, this.stage));
    behaviour.faults.clear();
    if (!ran) return;
    const foretold = this.foretold(before, 'sweep', ran.summary);
    checkExplained(ran, foretold, before, this.stage);
    this.note(ran, before);
  }

  async chapter(chapter: Chapter): Promise<void> {
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
      case 'activate':
      case 'use':
        this.meddle(chapter.account, chapter.type);
    }
  }

  private async sweep(): Promise<void> {
    const before = this.stage.world();
    const calls = this.stage.behaviour.calls.all.length;
    const ran = await this.run('sweep');
    const foretold = this.foretold(before, 'sweep', ran.summary);
    this.checkForetold(ran, foretold);
    this.checkAttempts(calls, foretold.due);
    this.note(ran, before);
    await this.checkNothingLeft(ran.summary);
  }

  /** "Run again: nothing left to do", asked of the model and of keysweep. */
  private async checkNothingLeft({ verdict }: RunSummary): Promise<void> {
    const written = this.stage.behaviour.calls.writes().length;
    const before = this.stage.world();
    const again = await this.run('sweep');
    this.checkForetold(again, this.foretold(before, 'sweep', again.summary));
    if (verdict === 'stopped') return;
    expect(statuses(this.stage.world()), 'after the same sweep once more').toEqual(statuses(before));
    expect(
      this.stage.behaviour.calls.writes().slice(written).filter(isIam),
      'writes of the same sweep',
    ).toEqual([]);
  }

  private async plan(): Promise<void> {
    const before = this.stage.world();
    const calls = this.stage.behaviour.calls.all.length;
    const ran = await this.run('plan');
    this.checkForetold(ran, this.foretold(before, 'plan', ran.summary));
    this.checkAttempts(calls, new Set());
  }

  private async undo({ sweep, account }: Extract<Chapter, { type: 'undo' }>): Promise<void> {
    const { planUndo, applyUndo } = this.stage.build;
    const undoing = this.sweeps[Math.min(sweep, this.sweeps.length - 1)];
    if (!undoing) return;
    const before = this.stage.world();
    const { accountIds } = this.stage.built;
    const accounts = account === undefined ? undefined : [accountIds[account]!];
    const plan = planUndo(await this.stage.read(undoing.runId), { accounts });
    const summary = await applyUndo(plan, HOLD_DAYS, this.stage.dependencies());
    const after = this.stage.world();
    const run = await this.stage.read(summary.runId);
    checkTruth(run, this.stage.built.accountIds, before, after);
    const asked = undoing.deactivated.filter(
      (id) => account === undefined || before.keys.get(id)?.account === account,
    );
    const foretold = undone(before, asked, Date.parse(summary.startedAt), HOLD_DAYS, DAY);
    expect(statuses(after), 'keys after the undo').toEqual(statuses(foretold));
    for (const [id, { holdUntil }] of foretold.memory)
      expect(after.memory.get(id)?.holdUntil, `hold of ${id}`).toBe(holdUntil);
    expect(summary.verdict).toBe('ok');
  }

  private meddle(account: number, how: 'activate' | 'use'): void {
    const { organization, accountIds } = this.stage.built;
    for (const key of organization.keysOf(accountIds[account]!)) {
      if (key.status !== 'Inactive') continue;
      if (how === 'activate') key.status = 'Active';
      else key.lastUsed = { at: organization.clock.milliseconds(), service: 's3', region: 'us-east-1' };
    }
  }

  private async run(mode: 'sweep' | 'plan'): Promise<Ran> {
    const { built } = this.stage;
    const summary = await this.stage.build.runSweep(
      { mode, filters: built.filters },
      this.stage.dependencies(),
    );
    return { summary, run: await this.stage.read(summary.runId) };
  }

  private foretold(before: World, mode: 'sweep' | 'plan', { startedAt }: RunSummary): Foretold {
    const { facts, built } = this.stage;
    return foretell(facts, before, mode, built.operator.accessKeyId, Date.parse(startedAt));
  }

  /** Exactly what the model foretells, in the sandbox and in the ledger. */
  private checkForetold({ summary, run }: Ran, foretold: Foretold): void {
    const { accountIds } = this.stage.built;
    expect(
      accountIds.map((id) => run.accounts.get(id)?.finished?.outcome),
      `outcomes (${this.reasons(run)})`,
    ).toEqual(foretold.outcomes);
    expect(summary.verdict, `verdict (${summary.problems.join('; ')})`).toBe(foretold.verdict);
    const decided = [...run.accounts.values()].flatMap(({ plan }) => plan?.decisions ?? []);
    expect(new Map(decided.map(({ accessKeyId, verdict }) => [accessKeyId, verdict]))).toEqual(
      foretold.decisions,
    );
    const after = this.stage.world();
    expect(statuses(after), 'keys').toEqual(statuses(foretold.world));
    expect(remembered(after), 'memory').toEqual(remembered(foretold.world));
    checkSums(run, accountIds);
  }

  private reasons(run: Ran['run']): string {
    return [...run.accounts.values()].map(({ finished }) => finished?.reason ?? '').join(' | ');
  }

  /** No key but these was even asked for, whatever came of it. */
  private checkAttempts(calls: number, due: ReadonlySet<string>): void {
    const attempts = this.stage.behaviour.calls.all.slice(calls).filter(isWriteCall);
    expect(
      attempts.filter(({ accessKeyId }) => !due.has(accessKeyId ?? '')),
      'attempts',
    ).toEqual([]);
  }

  private note({ summary, run }: Ran, before: World): void {
    const after = this.stage.world();
    checkTruth(run, this.stage.built.accountIds, before, after);
    checkSums(run, this.stage.built.accountIds);
    const deactivated = [...before.keys.values()].filter(
      ({ accessKeyId, status }) => status === 'Active' && after.keys.get(accessKeyId)?.status === 'Inactive',
    );
    this.sweeps.push({
      runId: summary.runId,
      deactivated: deactivated.map(({ accessKeyId }) => accessKeyId),
    });
  }
}

/** Whatever says nothing about a key, or speaks of one that is gone, is as good as no entry. */
function remembered({ keys, memory }: World): Map<string, unknown> {
  return new Map(
    [...memory]
      .filter(
        ([id, { inactiveSince, holdUntil }]) => keys.has(id) && (inactiveSince ?? holdUntil) !== undefined,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isIam({ service }: { readonly service: string }): boolean {
  return service === 'iam';
}
