import { describe, expect } from 'vitest';

import { dashboardBody } from '../../cdktf/dashboard.ts';
import { datapointsOf, stateOf, type AlarmState, type Datapoint } from '../cdktf/alarm-evaluator.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { allOf, synthesised, textOf } from '../cdktf/synthesised.ts';
import { DAY, fromNow, HOUR, MINUTE } from '../support/clock.ts';
import { EVERY_KEY, organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { it, type Rotator } from './rotator.ts';
import type { Invoked } from './runtime-api.ts';

/*
 * The deployed alarms, evaluated on the metrics that the real bundle published, plus those of Lambda itself.
 */

const NOW = Date.parse('2026-11-27T12:00:00Z');

const config = deployableConfig();
const alarms = allOf(synthesised(config).get('keysweep-rotator'), 'aws_cloudwatch_metric_alarm');

/** States by alarm name without the deployment's name. */
function states(datapoints: readonly Datapoint[], now: number, before: AlarmState = 'OK') {
  return Object.fromEntries(
    alarms.map((alarm) => [
      textOf(alarm, 'alarm_name').replace('keysweep-', ''),
      stateOf(alarm, datapoints, now, before),
    ]),
  );
}

const inAlarm = (datapoints: readonly Datapoint[], now = NOW + HOUR): string[] =>
  Object.entries(states([...datapoints, ...checks(NOW - 3 * HOUR, NOW + HOUR)], now))
    .flatMap(([name, state]) => (state === 'ALARM' ? [name] : []))
    .toSorted();

/** Hourly metrics of a watchdog that missed nothing. */
function checks(from: number, to: number, value = 0): Datapoint[] {
  const dimensions = { service: 'keysweep', mode: 'watchdog' };
  const about = { namespace: 'keysweep', name: 'SweepMissed', dimensions, value };
  return Array.from({ length: Math.ceil((to - from) / HOUR) }, (_, n) => ({
    ...about,
    at: from + n * HOUR + 17 * MINUTE,
  }));
}

/** Lambda's own metric, within the last five minutes of the hour. */
function errorsOf(invocations: readonly Invoked[]): Datapoint[] {
  const dimensions = { FunctionName: 'keysweep-rotator' };
  const about = { namespace: 'AWS/Lambda', name: 'Errors', dimensions, at: NOW + HOUR - MINUTE };
  return invocations.map((invoked) => ({ ...about, value: 'error' in invoked ? 1 : 0 }));
}

async function alarmsAfter(rotator: Rotator, ...events: object[]): Promise<string[]> {
  const invocations: Invoked[] = [];
  for (const event of events) invocations.push(await rotator.invoke(event));
  const { stdout } = await rotator.end();
  return inAlarm([...datapointsOf(stdout, NOW + HOUR - MINUTE), ...errorsOf(invocations)]);
}

describe.concurrent('the alarms', () => {
  it('stay silent after a sweep that was ok', async ({ start }) => {
    expect(await alarmsAfter(await start(), { mode: 'sweep' }, { mode: 'watchdog' })).toEqual([]);
  });

  it('fire when a sweep misses an account', async ({ start }) => {
    const organization = organizationOf(3);
    removeRotationRole(organization, '100000000002');
    expect(await alarmsAfter(await start({ organization }), { mode: 'sweep' })).toEqual([
      'accounts-not-covered',
      'sweep-failed',
    ]);
  });

  it('fire when a sweep is interrupted', async ({ start }) => {
    const rotator = await start();
    rotator.sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccounts',
      occurrence: 'every',
      kind: 'denied',
    });
    expect(await alarmsAfter(rotator, { mode: 'sweep' })).toEqual(['sweep-failed']);
  });

  it('fire when a limit stops a sweep', async ({ start }) => {
    const rotator = await start({ config: { ...EVERY_KEY, limits: { maxKeys: 2 } } });
    expect(await alarmsAfter(rotator, { mode: 'sweep' })).toEqual(['stopped-by-limit', 'sweep-failed']);
  });

  it('fire when a sweep starts too late', async ({ start }) => {
    const late = { mode: 'sweep', scheduledTime: fromNow(-5 * HOUR).toISOString() };
    expect(await alarmsAfter(await start(), late)).toEqual(['sweep-failed']);
  });

  it('fire when notices fail, though the sweep was ok', async ({ start }) => {
    const rotator = await start();
    rotator.sandbox.faults.add({ service: 'events', call: 'PutEvents', occurrence: 'every', kind: 'denied' });
    expect(await alarmsAfter(rotator, { mode: 'sweep' })).toEqual(['notices-failed']);
  });

  it('fire when no sweep ran, after the watchdog checked', async ({ start }) => {
    const due = fromNow(-4 * HOUR);
    const expression = `cron(${due.getUTCMinutes()} ${due.getUTCHours()} * * ? *)`;
    const rotator = await start({ config: { ...EVERY_KEY, schedule: { expression } } });
    const watched = { since: fromNow(-400 * DAY).toISOString(), schedule: `${expression} UTC` };
    await rotator.store.put('watch.json', JSON.stringify(watched));
    expect(await alarmsAfter(rotator, { mode: 'watchdog' })).toEqual(['sweep-did-not-run', 'sweep-failed']);
  });
});

describe('the alarm on the watchdog', () => {
  it('fires after three hours without a check, and for a deployment without checks', () => {
    const until = (hours: number) => states(checks(NOW - 5 * HOUR, NOW), NOW + hours * HOUR);
    expect(until(2)['watchdog-did-not-run']).toBe('OK');
    expect(until(3)['watchdog-did-not-run']).toBe('ALARM');
    expect(states([], NOW)['watchdog-did-not-run']).toBe('ALARM');
  });

  it('keeps a sweep missed through an hour without a check', () => {
    const missed = checks(NOW - HOUR, NOW, 1);
    expect(states(missed, NOW)['sweep-did-not-run']).toBe('ALARM');
    expect(states(missed, NOW + HOUR, 'ALARM')['sweep-did-not-run']).toBe('ALARM');
    const done = [...missed, ...checks(NOW + HOUR, NOW + 2 * HOUR)];
    expect(states(done, NOW + 2 * HOUR, 'ALARM')['sweep-did-not-run']).toBe('OK');
  });
});

describe('what the Lambda publishes', () => {
  it('includes everything that alarms and dashboard use', async ({ start }) => {
    const rotator = await start();
    await rotator.invoke({ mode: 'sweep' });
    await rotator.invoke({ mode: 'watchdog' });
    await rotator.invoke({ mode: 'inventory' });
    const { stdout } = await rotator.end();
    const published = new Set(
      datapointsOf(stdout).map(({ name, dimensions }) => key(name, Object.entries(dimensions).flat())),
    );
    const { widgets } = dashboardBody(config, []);
    const shown = widgets.flatMap(({ properties }) => (properties['metrics'] ?? []) as string[][]);
    const own = shown.filter(([namespace]) => namespace === 'keysweep');
    expect(own.length).toBeGreaterThan(20);
    const watched = alarms
      .filter(({ namespace }) => namespace === 'keysweep')
      .map((alarm) =>
        key(textOf(alarm, 'metric_name'), Object.entries(alarm.dimensions as object).flat() as string[]),
      );
    expect(watched.length).toBe(5);
    for (const metric of [...own.map(([, name = '', ...rest]) => key(name, rest)), ...watched])
      expect(published).toContain(metric);
  });
});

function key(name: string, dimensions: readonly string[]): string {
  const pairs = dimensions.flatMap((one, index) =>
    index % 2 === 0 ? [`${one}=${dimensions[index + 1] ?? ''}`] : [],
  );
  return [name, ...pairs.toSorted()].join(' ');
}
