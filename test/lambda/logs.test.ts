import { describe, expect } from 'vitest';

import type { Ended } from '../support/keysweep-process.ts';
import { MINUTE, now } from '../support/clock.ts';
import { organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { RUN_OK } from '../../src/report/metrics.ts';
import { errorOf, it, summaryOf } from './rotator.ts';
import { FUNCTION_ARN } from './runtime-api.ts';

type Line = Record<string, unknown>;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
interface EmbeddedMetrics extends Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

/** Every line on both streams must be JSON, so that CloudWatch can search it. */
function linesOf({ stdout, stderr }: Ended): { metrics: EmbeddedMetrics[]; logs: Line[] } {
  const lines = `${stdout}${stderr}`
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return {
    metrics: lines.filter((line): line is EmbeddedMetrics => '_aws' in line),
    logs: lines.filter((line) => !('_aws' in line)),
  };
}

describe.concurrent('what the Lambda logs', () => {
  it('is JSON lines with the invocation and its result', async ({ start }) => {
    const organization = organizationOf(3);
    removeRotationRole(organization, '100000000002');
    const { invoke, end } = await start({ organization });
    const planned = await invoke({ mode: 'plan', accounts: ['100000000001'] });
    const swept = await invoke({ mode: 'sweep' });
    const refused = await invoke({ mode: 'undo' });
    const ended = await end();
    expect(ended.code).toBe(0);

    const { logs } = linesOf(ended);
    const of = ({ requestId }: { requestId: string }) =>
      logs.filter((line) => line['function_request_id'] === requestId);
    expect(of(planned)).toMatchObject([
      { level: 'INFO', cold_start: true, summary: summaryOf(planned), service: 'keysweep' },
    ]);
    expect(of(planned)[0]).toMatchObject({ function_arn: FUNCTION_ARN, function_name: 'keysweep-rotator' });
    expect(of(swept)).toMatchObject([
      { level: 'INFO', cold_start: false, summary: { verdict: 'incomplete' } },
      {
        level: 'ERROR',
        error: { name: 'RunNotOkError', code: 'RUN_NOT_OK', message: errorOf(swept)?.errorMessage },
      },
    ]);
    expect(of(refused)).toMatchObject([
      { level: 'ERROR', error: { name: 'InvalidEventError', code: 'EVENT_INVALID' } },
    ]);
    expect(logs).toHaveLength(4);
  });

  it('contains the metrics of every ended run, in the embedded format', async ({ start }) => {
    const organization = organizationOf(3);
    const { invoke, end } = await start({ organization });
    await invoke({ mode: 'plan' });
    removeRotationRole(organization, '100000000002');
    await invoke({ mode: 'sweep' });
    await invoke({ mode: 'sweep', accounts: ['100000000001'] });
    await invoke({ mode: 'undo' });
    const { metrics } = linesOf(await end());
    const ofRuns = metrics.filter((line) => RUN_OK in line);
    const others = metrics.filter((line) => !(RUN_OK in line));
    // Zero is published too.
    expect(others).toMatchObject([
      { service: 'keysweep', NoticesSent: 3, NoticesFailed: 0 },
      { service: 'keysweep', NoticesSent: 1, NoticesFailed: 0 },
    ]);
    for (const line of others) expect(line._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['service']]);

    expect(ofRuns).toMatchObject([
      { service: 'keysweep', mode: 'plan', RunOk: 1, AccountsPlanned: 3, AccountsNotCovered: 0, KeysDue: 3 },
      {
        service: 'keysweep',
        mode: 'sweep',
        RunOk: 0,
        StoppedByLimit: 0,
        AccountsListed: 4,
        AccountsNotCovered: 1,
        AccountsSwept: 2,
        AccountsCannotAssume: 1,
        AccountsOutOfScope: 1,
        AccountsNotReached: 0,
        KeysDue: 2,
        KeysDeactivated: 2,
        KeysFailed: 0,
      },
      // A filtered sweep under mode `sweep` would hide a week without a full one.
      { service: 'keysweep', mode: 'filtered-sweep', RunOk: 1, AccountsNothingDue: 1 },
    ]);
    for (const line of ofRuns) {
      const [directive, ...others] = line._aws.CloudWatchMetrics;
      expect(others).toEqual([]);
      expect(directive).toMatchObject({ Namespace: 'keysweep', Dimensions: [['service', 'mode']] });
      expect(directive!.Metrics).toContainEqual({ Name: 'RunOk', Unit: 'Count' });
      expect(directive!.Metrics).toContainEqual({ Name: 'Duration', Unit: 'Seconds' });
      for (const { Name } of directive!.Metrics) expect(line[Name]).toBeTypeOf('number');
      expect(Math.abs(line._aws.Timestamp - now().getTime())).toBeLessThan(MINUTE);
    }
  });

  it('contains no secrets, and neither does the ledger', async ({ start }) => {
    const { invoke, end, store, environment } = await start();
    await invoke({ mode: 'sweep' });
    await invoke({ mode: 'sweep', accounts: ['100000000099'] });
    const objects = await Promise.all((await store.list('')).map((key) => store.get(key)));
    expect(objects.length).toBeGreaterThan(2);
    const { stdout, stderr } = await end();
    const output = [stdout, stderr, ...objects].join('\n');
    expect(output).toContain('100000000001');
    // All credentials of the sandbox start like this.
    expect(environment['AWS_SECRET_ACCESS_KEY']).toMatch(/^SandboxSecretAccessKey/);
    expect(environment['AWS_SESSION_TOKEN']).toMatch(/^SandboxSessionToken/);
    expect(output).not.toMatch(/SandboxSecretAccessKey|SandboxSessionToken/);
  });
});
