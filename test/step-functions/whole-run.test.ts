import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { deploymentNames } from '../../src/deployment/names.ts';
import { stepOutcome } from '../../src/rotator/run-end.ts';
import { runIdOf } from '../../src/batches/step.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { worker } from '../../src/rotator/worker.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { installMiniStack } from '../cdktf/ministack/ministack.ts';
import { smallOrganization } from '../crash/organization.ts';
import { present } from '../emulators/seeding.ts';
import { asError, isOfChaos } from '../batches/chaos.ts';
import { attempt, type Take } from '../batches/playing.ts';
import { Chaos } from '../batches/disturbing.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf, statuses, type Stage } from '../properties/stage.ts';
import { checkSums, checkTruth } from '../properties/truth.ts';
import { EVERY_KEY, keysOf, organizationOf, outcomes } from '../support/sweeping.ts';
import { startInterpreter, type Interpreter } from './interpreter.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** MiniStack's account for unknown credentials. */
const MINISTACK_ACCOUNT = '000000000000';

const DEPLOYED = deployableConfig({
  deployment: {
    account: MINISTACK_ACCOUNT,
    engine: 'step-functions',
    stepFunctions: { batchSize: 2, maxConcurrency: 3 },
  },
});
const { ledgerBucket, ledgerKeyAliasArn } = deploymentNames(DEPLOYED.deployment);

const ROUNDS = Math.ceil(Number(process.env.KEYSWEEP_CHAOS ?? 30) / 10);
const SEED = Number(process.env.KEYSWEEP_SEED ?? 20261123);

type Event = Parameters<Take>[0];

const program = await installMiniStack();

describe.skipIf(program === undefined)('the state machine, run by MiniStack', () => {
  let interpreter: Interpreter;
  let store: ObjectStore;
  beforeAll(async () => {
    interpreter = await startInterpreter(present(program), DEPLOYED);
    store = openBucket({ client: interpreter.s3, bucket: ledgerBucket, prefix: 'ledger' });
  });
  afterAll(() => interpreter.close());

  /** An organization without sockets, whose ledger is in the bucket that the state machine reads. */
  function stageInBucket(): Stage {
    const stage = stageOf(smallOrganization('deactivate'), KEYSWEEP);
    return {
      ...stage,
      store,
      dependencies: (disturbance) => stage.dependencies({ store, ...disturbance }),
    };
  }

  beforeEach(async () => {
    for (const prefix of ['locks/', 'accounts/', 'runs/'])
      for (const key of await store.list(prefix)) await store.remove(key);
  });

  async function run(
    name: string,
    behind: (event: Event) => Promise<object>,
    input: object = { mode: 'sweep' },
  ) {
    let runId = '';
    interpreter.behind = async (event) => {
      const { step, execution } = event as Event & { execution: Parameters<typeof runIdOf>[0] };
      if (step === 'begin') runId = runIdOf(execution);
      const answer = await behind(event as Event);
      return 'accountsListed' in answer ? stepOutcome(answer as RunSummary) : answer;
    };
    const { status, cause } = await interpreter.run(name, input);
    return { status, cause, runId };
  }

  const read = (runId: string): Promise<StoredRun> => foldRun(readRecords(store, runId));

  it('sweeps an organization with the handler of the Lambda', async () => {
    const organization = organizationOf(5);
    organization.addSigningKey(ledgerKeyAliasArn);
    const sandbox = await startSandbox({ organization });
    const folder = mkdtempSync(join(tmpdir(), 'keysweep-worker-'));
    try {
      const config = {
        ...EVERY_KEY,
        deployment: { ...DEPLOYED.deployment, organizationId: organization.id },
      };
      writeFileSync(join(folder, 'accounts.json'), JSON.stringify(config));
      for (const [name, value] of Object.entries({
        LAMBDA_TASK_ROOT: folder,
        KEYSWEEP_LEDGER: `s3://${ledgerBucket}/ledger`,
        AWS_REGION: DEPLOYED.deployment.region,
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_ENDPOINT_URL_S3: interpreter.url,
        AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
        POWERTOOLS_DEV: 'true',
      }))
        vi.stubEnv(name, value);
      const context = { getRemainingTimeInMillis: () => 900_000 } as Context;
      const { status, cause, runId } = await run('with-the-handler', (event) => worker(event, context));
      expect(status, cause).toBe('SUCCEEDED');
      const stored = await read(runId);
      expect(stored.summary).toMatchObject({ verdict: 'ok', accounts: { swept: 5, 'out-of-scope': 1 } });
      for (const [id, outcome] of Object.entries(outcomes(stored)))
        expect(keysOf(organization, id)).toEqual(outcome === 'swept' ? ['ada Inactive'] : []);
      // The sandbox receives all requests except those to the ledger; notices come after the end.
      const got = sandbox.calls.all.filter(({ service }) => service !== 'events').length;
      expect(stored.summary?.calls).toBeGreaterThan(got);
      expect(stored.summary?.throttles).toBe(0);
    } finally {
      vi.unstubAllEnvs();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('finishes the accounts of a failing batch as failed, and applies the others', async () => {
    const stage = stageInBucket();
    const { status, cause, runId } = await run('one-fails', (event) =>
      event.step === 'plan' && event.batch === 1
        ? Promise.reject(new Error('out of memory'))
        : attempt(event, stage, stage.dependencies()),
    );
    expect(status).toBe('FAILED');
    expect(cause).toMatch(/is incomplete/);
    const { accounts, summary } = await read(runId);
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { failed: 1, swept: 1 } });
    expect(accounts.get(stage.built.accountIds[1]!)?.finished?.reason).toMatch(
      /^batch 1 failed: .*out of memory/,
    );
  });

  it('applies nothing if a limit is exceeded, and fails with its message', async () => {
    const stage = stageInBucket();
    const few = { ...stage.dependencies().config.limits, maxKeys: 1 };
    const steps: string[] = [];
    const { status, cause, runId } = await run('too-many', (event) => {
      steps.push(event.step);
      const dependencies = stage.dependencies();
      return attempt(event, stage, { ...dependencies, config: { ...dependencies.config, limits: few } });
    });
    expect({ status, steps: steps.toSorted() }).toEqual({
      status: 'FAILED',
      steps: ['begin', 'check-limits', 'conclude', 'plan', 'plan'],
    });
    expect(cause).toMatch(/limits\.maxKeys allows 1/);
    expect((await read(runId)).summary).toMatchObject({ verdict: 'stopped', accounts: { planned: 2 } });
  });

  it('applies nothing in a sweep that must not write, and says why', async () => {
    const stage = stageInBucket();
    const before = stage.world();
    const { status, cause } = await run('withheld', (event) => attempt(event, stage, stage.dependencies()), {
      mode: 'sweep',
      withheld: ['it comes too late'],
    });
    expect(status).toBe('FAILED');
    expect(cause).toMatch(/it comes too late/);
    expect(statuses(stage.world())).toEqual(statuses(before));
  });

  it('concludes a run that cannot list the organization', async () => {
    const stage = stageInBucket();
    stage.server.faults.add({
      service: 'organizations',
      call: 'ListAccounts',
      occurrence: 'every',
      kind: 'denied',
    });
    const { status, cause, runId } = await run('no-list', (event) =>
      attempt(event, stage, stage.dependencies()),
    );
    expect(status).toBe('FAILED');
    expect(cause).toMatch(/ListAccounts/);
    expect((await read(runId)).summary).toMatchObject({ verdict: 'incomplete', accountsListed: 0 });
  });

  /**
   * @returns how the run ended for the state machine: the verdict, or that its result was lost, or not
   *   started
   */
  async function runInChaos(round: number): Promise<string> {
    const stage = stageInBucket();
    const before = stage.world();
    const chaos = new Chaos(stage, SEED + round, 1 + (round % 2));
    let last: Promise<RunSummary | Error> | undefined;
    const { status, runId } = await run(`chaos-${round}`, (event) => {
      const attempted = chaos.attempt(event) as Promise<object>;
      if (event.step === 'conclude') last = (attempted as Promise<RunSummary>).catch(asError);
      return attempted;
    });
    await Promise.all(chaos.left);
    const story = chaos.happened.join('; ');
    const end = await present(last);
    if (end instanceof Error) expect(isOfChaos(end), `${story}: ${end}`).toBe(true);
    // An attempt that was given up may still conclude the run; the state machine does not get that result.
    const ended = end instanceof Error ? 'result lost' : end.verdict;
    expect(status, story).toBe(ended === 'ok' ? 'SUCCEEDED' : 'FAILED');
    if ((await store.list(`runs/${runId}/records/`)).length === 0) {
      expect(stage.world(), story).toEqual(before);
      return 'not started';
    }
    const stored = await read(runId);
    // That the lock could not be released is known only after the summary was stored.
    if (!(end instanceof Error))
      expect({ ...stored.summary, warnings: [] }, story).toEqual({ ...end, warnings: [] });
    checkTruth(stored, stage.built.accountIds, before, stage.world());
    if (stored.summary && stored.accounts.size > 0) checkSums(stored, stage.built.accountIds);
    return ended;
  }

  it(
    'keeps a true ledger in runs whose steps die, are given up while running, and run twice',
    async () => {
      const ends: Record<string, number> = {};
      for (let round = 0; round < ROUNDS; round += 1) {
        const ended = await runInChaos(round);
        ends[ended] = (ends[ended] ?? 0) + 1;
        for (const key of await store.list('locks/')) await store.remove(key);
      }
      process.stdout.write(
        `${ROUNDS} runs of the state machine in chaos from seed ${SEED}: ${JSON.stringify(ends)}\n`,
      );
    },
    60_000 + ROUNDS * 2_000,
  );
});
