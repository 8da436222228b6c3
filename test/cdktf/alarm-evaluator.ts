import { type JsonObject, textOf } from './synthesised.ts';

export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/**
 * The datapoints in the embedded metric format that a Lambda wrote to stdout.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param at instead of the time in the line
 */
export function datapointsOf(stdout: string, at?: number): Datapoint[] {
  return stdout
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => {
      const { _aws: about, ...values } = JSON.parse(line) as Record<string, unknown> & { _aws: Embedded };
      return about.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) =>
          Metrics.map(({ Name: name }) => ({
            namespace,
            name,
            dimensions: Object.fromEntries(names.map((key) => [key, String(values[key])])),
            value: Number(values[name]),
            at: at ?? about.Timestamp,
          })),
        ),
      );
    });
}

interface Embedded {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
}

/**
 * The state that CloudWatch would give an alarm after the periods that have ended.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * @param alarm as Terraform gets it
 * @param before the current state, which `ignore` keeps
 */
export function stateOf(
  alarm: JsonObject,
  datapoints: readonly Datapoint[],
  now: number,
  before: AlarmState = 'INSUFFICIENT_DATA',
): AlarmState {
  const period = Number(alarm.period) * 1000;
  const periods = Number(alarm.evaluation_periods);
  const needed = Number(alarm.datapoints_to_alarm ?? periods);
  const own = datapoints.filter(
    ({ namespace, name, dimensions }) =>
      namespace === alarm.namespace &&
      name === alarm.metric_name &&
      JSON.stringify(sorted(dimensions)) === JSON.stringify(sorted(alarm.dimensions as JsonObject)),
  );
  const end = Math.floor(now / period) * period;
  const values = Array.from({ length: periods }, (_, back) => {
    const from = end - (back + 1) * period;
    return statistic(
      textOf(alarm, 'statistic'),
      own.filter(({ at }) => at >= from && at < from + period),
    );
  });
  const missing = values.filter((value) => value === undefined).length;
  const breaching = values.filter((value) => value !== undefined && breaches(alarm, value)).length;
  const treat = textOf({ treat_missing_data: 'missing', ...alarm }, 'treat_missing_data');
  if (missing === periods && treat === 'ignore') return before;
  if (missing === periods && treat === 'missing') return 'INSUFFICIENT_DATA';
  return breaching + (treat === 'breaching' ? missing : 0) >= needed ? 'ALARM' : 'OK';
}

/** Undefined without datapoints, also for SampleCount. */
function statistic(kind: string, points: readonly Datapoint[]): number | undefined {
  const values = points.map(({ value }) => value);
  if (values.length === 0) return undefined;
  switch (kind) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'Maximum':
      return Math.max(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new Error(`unsupported statistic: ${kind}`);
  }
}

function breaches(alarm: JsonObject, value: number): boolean {
  const operator = textOf(alarm, 'comparison_operator');
  const threshold = Number(alarm.threshold);
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    default:
      throw new Error(`unsupported comparison: ${operator}`);
  }
}

function sorted(of: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(of).toSorted(([a], [b]) => a.localeCompare(b));
}
