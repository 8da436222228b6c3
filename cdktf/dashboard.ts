import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, deploymentNames, SERVICE_NAME } from '../src/deployment/names.ts';
import { OUTCOMES } from '../src/ledger/outcomes.ts';
import {
  METRICS_NAMESPACE,
  NOTICES_FAILED,
  NOTICES_SENT,
  outcomeMetric,
  ROOT_KEYS,
  RUN_OK,
  SWEEP_MISSED,
  UNGOVERNED_KEYS,
  WATCHDOG_MODE,
} from '../src/report/metrics.ts';

export function makeDashboard(
  scope: Construct,
  config: DeployableConfig,
  alarmNames: readonly string[],
): void {
  new CloudwatchDashboard(scope, 'dashboard', {
    dashboardName: config.deployment.name,
    dashboardBody: JSON.stringify(dashboardBody(config, alarmNames)),
  });
}

const RUN_FIELDS = ['mode', 'runId', 'verdict', 'accountsListed', 'keys.deactivated', 'keys.deleted'];

type Metric = readonly (string | Readonly<Record<string, string>>)[];

interface Widget {
  readonly type: 'metric' | 'alarm' | 'log';
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardBody(
  { deployment }: DeployableConfig,
  alarmNames: readonly string[],
): { readonly widgets: readonly Widget[] } {
  const { account, region } = deployment;
  const { partition, logGroupName, functionName } = deploymentNames(deployment);
  const arn = (name: string) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  const chart = (title: string, metrics: readonly Metric[], more: object = {}): Widget => ({
    type: 'metric',
    width: 12,
    height: 6,
    properties: { title, region, view: 'timeSeries', stat: 'Maximum', period: 3600, metrics, ...more },
  });
  const all = [...OUTCOMES.ok, ...OUTCOMES.bad].map((outcome) => ofSweeps(outcomeMetric(outcome)));
  return {
    widgets: [
      { type: 'alarm', width: 24, height: 3, properties: { title: 'Alarms', alarms: alarmNames.map(arn) } },
      chart('Accounts by outcome', all, { stacked: true }),
      chart(
        'Keys',
        ['Seen', 'Due', 'Deactivated', 'Deleted', 'Failed'].map((state) => ofSweeps(`Keys${state}`)),
      ),
      chart('Last sweep ok', [
        ofSweeps(RUN_OK),
        [METRICS_NAMESPACE, SWEEP_MISSED, 'service', SERVICE_NAME, 'mode', WATCHDOG_MODE],
      ]),
      chart('Duration in seconds', [
        ofSweeps('Duration'),
        ['AWS/Lambda', 'Duration', 'FunctionName', functionName],
      ]),
      chart('Keys that no sweep revokes, by the inventory', [
        ofInventories(UNGOVERNED_KEYS),
        ofInventories(ROOT_KEYS),
      ]),
      chart('Calls to AWS', [ofSweeps('Calls'), ofSweeps('Throttles')]),
      chart(
        'Notices',
        [NOTICES_SENT, NOTICES_FAILED].map((name) => [METRICS_NAMESPACE, name, 'service', SERVICE_NAME]),
        {
          stat: 'Sum',
        },
      ),
      {
        type: 'log',
        width: 24,
        height: 6,
        properties: {
          title: 'Last runs',
          region,
          view: 'table',
          query: [
            `SOURCE '${logGroupName}'`,
            `fields @timestamp, ${RUN_FIELDS.map((field) => `summary.${field}`).join(', ')}`,
            'filter ispresent(summary.runId)',
            'sort @timestamp desc',
            'limit 20',
          ].join(' | '),
        },
      },
    ],
  };
}

function ofSweeps(name: string): Metric {
  return ofRuns(name, 'sweep');
}

function ofInventories(name: string): Metric {
  return ofRuns(name, 'inventory');
}

function ofRuns(name: string, mode: string): Metric {
  return [METRICS_NAMESPACE, name, 'service', SERVICE_NAME, 'mode', mode];
}
