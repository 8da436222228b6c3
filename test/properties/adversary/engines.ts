import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import type { Rotator } from '../../../src/rotator/rotator.ts';
import type { RunSummary } from '../../../src/ledger/record.ts';
import type { RunDependencies } from '../../../src/sweep/run-context.ts';
import { inSteps } from '../../batches/in-steps.ts';
import { attempt } from '../../batches/playing.ts';
import type { Divided } from '../actor/play.ts';
import type { Build } from '../build-under-test.ts';
import type { Event, Intruded } from './intruding.ts';

/** Who executes runs, and how the Lambda is invoked from outside. */
export interface Engine {
  readonly build: Build;
  readonly invoke: (event: Event, dependencies: RunDependencies) => Promise<unknown>;
  /** An event is a step of a run. */
  readonly isInSteps: boolean;
}

/** Each run is one invocation. */
export function lambdaEngine(build: Build): Engine {
  const invoke: Engine['invoke'] = (event, dependencies) =>
    build.handleEvent(build.parseEvent(event), rotatorOf(dependencies));
  const runSweep: Build['runSweep'] = (request, dependencies) => {
    const { mode, filters } = request;
    // No event names organizational units.
    if (request.only || filters.organizationalUnits) return build.runSweep(request, dependencies);
    const { intrude, openStep } = dependencies as RunDependencies & Intruded & Divided;
    const event = { mode, ...(filters.accounts && { accounts: filters.accounts }) };
    return intrude(event, (sent) => invoke(sent, openStep())) as Promise<RunSummary>;
  };
  return { build: { ...build, runSweep }, invoke, isInSteps: false };
}

/** Each step of a run is one invocation. */
export function stepsEngine(build: Build, batchSize: number): Engine {
  return {
    build: inSteps(batchSize, build),
    invoke: (event, dependencies) => attempt(event, { build }, dependencies, batchSize),
    isInSteps: true,
  };
}

const FIFTEEN_MINUTES = 15 * 60_000;
const ignore = (): undefined => undefined;

function rotatorOf({ config, clients, store, now }: RunDependencies): Rotator {
  const logger = { info: ignore, warn: ignore, error: ignore } as unknown as Logger;
  const metrics = {
    addDimension: ignore,
    addMetric: ignore,
    publishStoredMetrics: ignore,
  } as unknown as Metrics;
  const context = {
    getRemainingTimeInMillis: () => FIFTEEN_MINUTES,
    logStreamName: 'test',
    awsRequestId: 'test',
  } as Context;
  return { config, clients, store, now, context, logger, metrics };
}
