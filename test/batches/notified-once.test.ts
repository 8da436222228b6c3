import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { NOTICES_WRITER } from '../../src/ledger/run-keys.ts';
import { storeReport, reportEnd } from '../../src/rotator/run-and-report.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { KillPoint, type Moment } from '../crash/kill-point.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { Disturbance, Stage } from '../properties/stage.ts';
import { prepared } from './chaos.ts';
import { attempt, executionAt, play } from './playing.ts';

type ConcludeEvent = Parameters<Parameters<typeof play>[0]>[0];

const EVENTS = ['Sweep Completed', ...Array<string>(6).fill('Access Key Revoked')];

/** Metrics that were sent to CloudWatch, even if the process died later. */
class PublishedMetrics extends Metrics {
  readonly published: Readonly<Record<string, unknown>>[] = [];

  override publishStoredMetrics(): this {
    this.published.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    this.clearDimensions();
    return this;
  }

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
  beforeEach(resetStage);

  function resetStage(): void {
    stage.objects.clear();
    for (const [key, body] of before) stage.objects.set(key, body);
    stage.built.organization.sent.length = 0;
    metrics = new PublishedMetrics({ namespace: 'test', serviceName: 'test' });
  }

  /** One attempt, like src/rotator/worker.ts. */
  async function concludeAndNotify(disturbance?: Disturbance): Promise<RunSummary> {
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
    await reportEnd(summary, rotator);
    await storeReport(summary.runId, rotator);
    return summary;
  }

  const events = () =>
    stage.built.organization.sent.flatMap((one) => (one.kind === 'event' ? [one.detailType] : []));
  const recorded = () =>
    readWriter(stage.store, runIdOf(conclude['execution'] as Parameters<typeof runIdOf>[0]), NOTICES_WRITER);
  const runs = () => metrics.values('RunOk').length;

  /** Kills the first attempt at one event, and makes a second. @returns whether there was such an event */
  async function killedAt(at: number, moment: Moment): Promise<boolean> {
    resetStage();
    const point = new KillPoint(at, moment);
    const first = concludeAndNotify({ passage: point.passage, store: point.store(stage.store) });
    await Promise.race([first, point.died]);
    const recordedBefore = (await recorded()).stored.objects > 0;
    const [eventsBefore, runsBefore] = [events().length, runs()];
    const { verdict } = await concludeAndNotify();
    const story = `killed at event ${at}, ${moment}`;
    expect(verdict, story).toBe('ok');
    expect(metrics.sum('NoticesFailed'), story).toBe(0);
    const { records, stored } = await recorded();
    expect(stored.objects, story).toBe(1);
    expect(new Set(records.map(({ type }) => type)), story).toEqual(new Set(['notice-sent']));
    // Everybody was notified, and nobody twice if the ledger had recorded it.
    expect(events().slice(-EVENTS.length), story).toEqual(EVENTS);
    expect([events().length, runs()], story).toEqual(
      recordedBefore ? [eventsBefore, runsBefore] : [eventsBefore + EVENTS.length, runsBefore + 1],
    );
    expect(metrics.sum('NoticesSent'), story).toBeGreaterThanOrEqual(EVENTS.length + 1);
    expect(metrics.sum('NoticesSent'), story).toBeLessThanOrEqual(stage.built.organization.sent.length);
    return point.isDead();
  }

  it.each<Moment>(['before its effect', 'after its effect'])(
    'that is killed at any call or store operation, %s, and retried sends true notices',
    { timeout: 120_000 },
    async (moment) => {
      let kills = 0;
      while (await killedAt(kills, moment)) kills += 1;
      expect(kills).toBeGreaterThan(25);
    },
  );

  it('does not notify twice', async () => {
    await concludeAndNotify();
    await concludeAndNotify();
    expect(events()).toEqual(EVENTS);
    expect([runs(), metrics.values('NoticesSent'), metrics.values('NoticesFailed')]).toEqual([1, [8], [0]]);
  });

  it('that runs twice at once fails no notice', async () => {
    await attempt(conclude, stage, stage.dependencies());
    await Promise.all([concludeAndNotify(), concludeAndNotify()]);
    expect(metrics.values('NoticesFailed')).toEqual([0, 0]);
    expect((await recorded()).stored.objects).toBe(1);
  });

  it('counts notices that the ledger cannot record as failed', async () => {
    const putNew = (key: string, body: string) =>
      key.includes(`/${NOTICES_WRITER}/`)
        ? Promise.reject(new Error('no space'))
        : stage.store.putNew(key, body);
    await concludeAndNotify({ store: { ...stage.store, putNew } });
    expect(metrics.values('NoticesFailed')).toEqual([0, 1]);
  });
});
