import { setTimeout as wait } from 'node:timers/promises';

import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { definition } from '../../cdktf/state-machine/definition.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import { storeList, type Batch, type Phase } from '../../src/batches/batch-file.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { s3Client } from '../support/stores.ts';
import { childrenSendTheirInput, percentagesWithPoint, prefixFromStart } from './moto-deviations.ts';
import { startMotoInterpreter, type MotoInterpreter } from './moto-interpreter.ts';

const MAX_CONCURRENCY = 3;
const CONFIG = deployableConfig({
  deployment: { engine: 'step-functions', stepFunctions: { maxConcurrency: MAX_CONCURRENCY } },
});
const { ledgerBucket } = deploymentNames(CONFIG.deployment);

const AS_DEPLOYED = JSON.stringify(definition(CONFIG));
const RUNNABLE = childrenSendTheirInput(prefixFromStart(percentagesWithPoint(AS_DEPLOYED)));

const runId = '20261127T225500Z-1a2b3c';

/** The input of each child. */
const INPUTS: Record<
  Phase,
  readonly { runId: string; batch: number; batches: number; accounts: string[] }[]
> = {
  plan: [1, 2, 3, 4, 5].map((batch) => ({
    ...{ runId, batch, batches: 5 },
    accounts: [accountOf(batch), accountOf(batch + 10)],
  })),
  apply: [2, 3, 5].map((batch) => ({ runId, batch, batches: 3, accounts: [accountOf(batch)] })),
};

type Event = Readonly<Record<string, unknown>> & { readonly step: string; readonly batch: number };
type Steps = Readonly<Record<string, (event: Event) => Promise<object>>>;

describe.skipIf((await pythonEnvironment()) === undefined)(
  "the Distributed Maps, run by moto's interpreter",
  () => {
    let moto: MotoInterpreter;
    let store: ObjectStore;
    beforeAll(async () => {
      moto = await startMotoInterpreter(CONFIG.deployment.region);
      const client = s3Client(moto.url);
      await client.send(new CreateBucketCommand({ Bucket: ledgerBucket }));
      store = openBucket({ client, bucket: ledgerBucket, prefix: 'ledger' });
    }, 30_000);
    afterAll(() => moto.close());

    const succeed = () => Promise.resolve({ accounts: 1 });
    const listed = async (phase: Phase) => {
      await storeList(store, runId, phase, INPUTS[phase].map(batchOf));
      return { runId, batches: INPUTS[phase].length };
    };
    const ALL_SUCCEED: Steps = {
      ...{ plan: succeed, apply: succeed, 'give-up': succeed },
      begin: () => listed('plan'),
      'check-limits': () => listed('apply'),
      conclude: () => Promise.resolve({ verdict: 'ok' }),
    };

    /** @returns the events of the tasks, in order, the Map Runs, and their objects */
    async function run(name: string, text: string, steps: Steps = {}) {
      const events: Event[] = [];
      moto.behind = (sent) => {
        const event = sent as Event;
        events.push(event);
        return (
          { ...ALL_SUCCEED, ...steps }[event.step]?.(event) ??
          Promise.reject(new Error(`no step ${event.step}`))
        );
      };
      const { status, cause, executionArn } = await moto.run(await moto.create(name, text), name, { runId });
      expect(status, cause).toBe('SUCCEEDED');
      const makeBatches = (step: string) =>
        events.filter((event) => event.step === step).toSorted((a, b) => a.batch - b.batch);
      const written = await store.list(`runs/${runId}/map-runs/`);
      return { events, makeBatches, written, mapRuns: await moto.mapRuns(executionArn) };
    }

    describe('when all goes well', () => {
      const meeting = meetingOf(MAX_CONCURRENCY);
      let whole: Awaited<ReturnType<typeof run>>;
      beforeAll(async () => {
        whole = await run('whole', RUNNABLE, { plan: meeting.attend });
      });

      it('are taken in turn', () => {
        expect(whole.events.map(({ step }) => step)).toEqual([
          'begin',
          ...INPUTS.plan.map(() => 'plan'),
          'check-limits',
          ...INPUTS.apply.map(() => 'apply'),
          'conclude',
        ]);
        expect(whole.events.at(-1)?.state).toEqual({ runId, batches: INPUTS.apply.length });
      });

      it.each(['plan', 'apply'] as const)('give each batch of the list to one child: %s', (phase) => {
        expect(whole.makeBatches(phase)).toEqual(
          INPUTS[phase].map((input) => {
            const { batch, batches } = input;
            return { step: phase, runId, batch, batches, input };
          }),
        );
      });

      it('run as many children at a time as configured, and no more', () => {
        expect(meeting.most()).toBe(MAX_CONCURRENCY);
      });

      it('count every child', () => {
        expect(whole.mapRuns).toMatchObject(
          [INPUTS.plan, INPUTS.apply].map(({ length }) => ({
            ...{ status: 'SUCCEEDED', maxConcurrency: MAX_CONCURRENCY, toleratedFailurePercentage: 100 },
            itemCounts: { total: length, succeeded: length },
          })),
        );
      });

      it('write to the ledger below the run, each map to its own folder', () => {
        const [plan, apply] = whole.mapRuns.map(({ mapRunArn }) => mapRunArn?.split('/').at(-1)?.split(':'));
        expect([plan?.[0], apply?.[0]]).toEqual(['PlanBatch', 'ApplyBatch']);
        expect(whole.written).toEqual([
          `runs/${runId}/map-runs/apply/${apply?.[1]}/manifest.json`,
          `runs/${runId}/map-runs/plan/${plan?.[1]}/manifest.json`,
        ]);
      });

      it('have children that moto does not show, so their tasks must send their input', async () => {
        const asked = moto.children(whole.mapRuns[0]?.mapRunArn);
        await expect(asked).rejects.toHaveProperty('$response.statusCode', 500);
      });
    });

    it('give up a batch with a permanent error at once, and continue with the others', async () => {
      const error = Object.assign(new Error('another accounts.json'), { name: 'ConfigChangedError' });
      const plan = ({ batch }: Event) => (batch === 2 ? Promise.reject(error) : succeed());
      const { makeBatches, mapRuns } = await run('one-fails', RUNNABLE, { plan });
      expect(makeBatches('plan').map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5]);
      const Cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      expect(makeBatches('give-up')).toMatchObject([
        { phase: 'plan', runId, batch: 2, error: { Error: 'ConfigChangedError', Cause } },
      ]);
      expect(mapRuns[0]?.itemCounts).toMatchObject({ total: 5, succeeded: 4, failed: 1 });
    });

    it('lead to the last step, with the error, if there is no list', async () => {
      const begin = () => Promise.resolve({ runId: '20261127T225500Z-000000', batches: 5 });
      const { events } = await run('no-list', RUNNABLE, { begin });
      expect(events.map(({ step }) => step)).toEqual(['begin', 'conclude']);
      expect(events.at(-1)?.state).toMatchObject({
        error: { Cause: expect.stringContaining('The specified key does not exist') as string },
      });
    });

    describe('need these changes, for moto', () => {
      it('the tolerated failure percentage is not a whole number', async () => {
        const unchanged = moto.create('whole-number', childrenSendTheirInput(prefixFromStart(AS_DEPLOYED)));
        await expect(unchanged).rejects.toHaveProperty('$response.statusCode', 400);
        expect(JSON.parse(percentagesWithPoint(AS_DEPLOYED))).toEqual(definition(CONFIG));
      });

      it('the prefix of the results does not come from the input of the state', async () => {
        const { events } = await run('prefix', percentagesWithPoint(AS_DEPLOYED));
        expect(events.at(-1)?.state).toMatchObject({
          error: {
            Error: 'States.Runtime',
            Cause: expect.stringMatching(/'\$\.runId' .* in the input '\[/) as string,
          },
        });
      });
    });
  },
);

function accountOf(number: number): string {
  return String(200_000_000_000 + number);
}

function batchOf({ batch, accounts }: { batch: number; accounts: string[] }): Batch {
  const targets = accounts.map((id) => ({ account: { id } }));
  return { number: batch, targets } as unknown as Batch;
}

/** Waits until `size` callers are there, and a little longer for one too many. */
function meetingOf(size: number) {
  let there = 0;
  let most = 0;
  let open = (): void => undefined;
  const complete = new Promise<void>((resolve) => (open = resolve));
  const attend = async (): Promise<object> => {
    there += 1;
    most = Math.max(most, there);
    if (there === size) open();
    await complete;
    await wait(100);
    there -= 1;
    return { accounts: 1 };
  };
  return { attend, most: () => most };
}
