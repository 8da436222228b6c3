import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { NOTICES_WRITER } from '../../src/publish/notify-and-record.ts';
import { storeReport, notifyOfEnd } from '../../src/rotator/run-and-report.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { Doom, type Moment } from '../crash/doom.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { Disturbance, Stage } from '../properties/stage.ts';
import { prepared } from './chaos.ts';
import { attempt, executionAt, play } from './playing.ts';

type ConcludeEvent = Parameters<Parameters<typeof play>[0]>[0];

const TOLD = ['Sweep Completed', ...Array<string>(6).fill('Access Key Revoked')];

/** What reaches CloudWatch, whatever becomes of the process that sent it. */
class PublishedMetrics extends Metrics {
  readonly published: Readonly<Record<string, unknown>>[] = [];

  override publishStoredMetrics(): this {
    this.published.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    this.clearDimensions();
    return this;
  }

  /** All values of one metric. */
  values(name: string): unknown[] {
    return this.published.filter((one) => name in one).map((one) => one[name]);
  }

  sum(name: string): number {
    return this.values(name).reduce<number>((sum, value) => sum + Number(value), 0);
  }
}

describe('the last step of a run', () => {
  let stage: Stage;
  let conclude: ConcludeEvent;
  let before: ReadonlyMap<string, string>;
  let metrics: PublishedMetrics;
  beforeAll(async () => {
    stage = await prepared(KEYSWEEP);
    await play((event) => {
      if (event.step !== 'conclude') return attempt(event, stage, stage.dependencies());
      conclude = event;
      return Promise.resolve();
    }, executionAt(stage));
    before = new Map(stage.objects);
  });
  beforeEach(again);

  /** As it was before that step. */
  function again(): void {
    stage.objects.clear();
    for (const [key, body] of before) stage.objects.set(key, body);
    stage.built.organization.sent.length = 0;
    metrics = new PublishedMetrics({ namespace: 'test', serviceName: 'test' });
  }

  /** One attempt, as src/rotator/worker.ts makes it. */
  async function concludeAndTell(disturbance?: Disturbance): Promise<RunSummary> {
    const dependencies = stage.dependencies(disturbance);
    const { config } = dependencies;
    const account = stage.built.organization.managementAccount.id;
    const { deployment, notices } = deployableConfig({
      config: { notices: { topic: { subscribers: [] } } },
      deployment: { account },
    });
    const rotator = {
      ...dependencies,
      config: { ...config, deployment, notices },
      context: { getRemainingTimeInMillis: () => 900_000 } as Context,
      logger: new Logger({ logLevel: 'SILENT' }),
      metrics,
    };
    const summary = (await attempt(conclude, stage, dependencies)) as RunSummary;
    await notifyOfEnd(summary, rotator);
    await storeReport(summary.runId, rotator);
    return summary;
  }

  const events = () =>
    stage.built.organization.sent.flatMap((one) => (one.kind === 'event' ? [one.detailType] : []));
  const recorded = () =>
    readWriter(stage.store, runIdOf(conclude['execution'] as Parameters<typeof runIdOf>[0]), NOTICES_WRITER);
  const runs = () => metrics.values('RunOk').length;

  /**
   * Kills the first attempt at that call or store operation, and makes the second. @returns whether it came
   * so far
   */
  async function killedAt(at: number, moment: Moment): Promise<boolean> {
    again();
    const doom = new Doom(at, moment);
    const first = concludeAndTell({ passage: doom.passage, store: doom.store(stage.store) });
    await Promise.race([first, doom.died]);
    const toldBefore = (await recorded()).stored > 0;
    const [eventsBefore, runsBefore] = [events().length, runs()];
    const { verdict } = await concludeAndTell();
    const story = `killed at event ${at}, ${moment}`;
    expect(verdict, story).toBe('ok');
    expect(metrics.sum('NoticesFailed'), story).toBe(0);
    const { records, stored } = await recorded();
    expect(stored, story).toBe(1);
    expect(new Set(records.map(({ type }) => type)), story).toEqual(new Set(['notice-sent']));
    // All were told, and nobody again of whom the ledger knows.
    expect(events().slice(-TOLD.length), story).toEqual(TOLD);
    expect([events().length, runs()], story).toEqual(
      toldBefore ? [eventsBefore, runsBefore] : [eventsBefore + TOLD.length, runsBefore + 1],
    );
    expect(metrics.sum('NoticesSent'), story).toBeGreaterThanOrEqual(TOLD.length + 1);
    expect(metrics.sum('NoticesSent'), story).toBeLessThanOrEqual(stage.built.organization.sent.length);
    return doom.isDead();
  }

  it.each<Moment>(['before its effect', 'after its effect'])(
    'that is killed at any call or store operation, %s, and taken again tells what is true',
    { timeout: 120_000 },
    async (moment) => {
      let kills = 0;
      while (await killedAt(kills, moment)) kills += 1;
      expect(kills).toBeGreaterThan(25);
    },
  );

  it('that has told tells nobody a second time', async () => {
    await concludeAndTell();
    await concludeAndTell();
    expect(events()).toEqual(TOLD);
    expect([runs(), metrics.values('NoticesSent'), metrics.values('NoticesFailed')]).toEqual([1, [8], [0]]);
  });

  it('that is taken twice at once fails no notice', async () => {
    await attempt(conclude, stage, stage.dependencies());
    await Promise.all([concludeAndTell(), concludeAndTell()]);
    expect(metrics.values('NoticesFailed')).toEqual([0, 0]);
    expect((await recorded()).stored).toBe(1);
  });

  it('whose notices the ledger does not take says so', async () => {
    const putNew = (key: string, body: string) =>
      key.includes(`/${NOTICES_WRITER}/`)
        ? Promise.reject(new Error('no space'))
        : stage.store.putNew(key, body);
    await concludeAndTell({ store: { ...stage.store, putNew } });
    expect(metrics.values('NoticesFailed')).toEqual([0, 1]);
  });
});
