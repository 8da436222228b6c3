import { setImmediate as turn } from 'node:timers/promises';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { Random } from '../../sandbox/generator/random.ts';
import { KillPoint, type Moment } from '../crash/kill-point.ts';
import type { Passage } from '../properties/in-process.ts';
import type { Disturbance, Stage } from '../properties/stage.ts';
import { attempt, type Take } from './playing.ts';

/** The error that Step Functions gets from a Lambda that died. */
export class LambdaGone extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Kills a step at one of its calls or store operations. Nothing that it requests later has an effect. */
export async function killed(
  event: unknown,
  stage: Stage,
  point: KillPoint,
  batchSize = 1,
): Promise<unknown> {
  const dependencies = stage.dependencies({ passage: point.passage, store: point.store(stage.store) });
  return Promise.race([
    attempt(event, stage, dependencies, batchSize),
    point.died.then(() => {
      throw new LambdaGone('killed');
    }),
  ]);
}

export const UNAVAILABLE = new Error('the ledger does not answer');

/** A store in which one operation (counted from 0) fails once, with or without its effect. */
export class FailingOnce {
  operations = 0;
  private readonly at: number;
  private readonly moment: Moment;

  constructor(at: number, moment: Moment) {
    this.at = at;
    this.moment = moment;
  }

  store(store: ObjectStore): ObjectStore {
    return everyOperation(store, (act) => async (...input) => {
      if (this.operations++ !== this.at) return act(...input);
      if (this.moment === 'after its effect') await act(...input);
      throw UNAVAILABLE;
    });
  }
}

/** In turns of the event loop. During a deep sleep other attempts finish whole steps. */
const NAP = { chance: 0.3, turns: 10 } as const;
const DEEP_SLEEP = { chance: 0.03, turns: 500 } as const;

/** A slow step: it sometimes sleeps before and after a call or a store operation. */
class Sleeper {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  disturbance({ store }: Stage): Disturbance {
    const passage: Passage = (send) => this.meet(send);
    const slow = everyOperation(
      store,
      (act) =>
        (...input) =>
          this.meet(() => act(...input)),
    );
    return { passage, store: slow };
  }

  private async meet<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    await this.sleep();
    const answer = await act();
    await this.sleep();
    return answer;
  }

  private async sleep(): Promise<void> {
    const drawn = this.random.next();
    const longest = drawn < DEEP_SLEEP.chance ? DEEP_SLEEP.turns : drawn < NAP.chance ? NAP.turns : 0;
    for (let turns = this.random.between(0, longest); turns > 0; turns -= 1) await turn();
  }
}

function everyOperation(
  store: ObjectStore,
  around: <Input extends readonly unknown[], Answer>(
    act: (...input: Input) => Promise<Answer>,
  ) => (...input: Input) => Promise<Answer>,
): ObjectStore {
  return {
    location: store.location,
    put: around((key: string, body: string) => store.put(key, body)),
    putNew: around((key: string, body: string) => store.putNew(key, body)),
    update: around((key: string, change: Parameters<ObjectStore['update']>[1]) => store.update(key, change)),
    get: around((key: string) => store.get(key)),
    list: around((prefix: string) => store.list(prefix)),
    listFolders: around((prefix: string) => store.listFolders(prefix)),
    remove: around((key: string) => store.remove(key)),
  };
}

/** How often attempts are disturbed: in most runs in all ways, in others mostly by concurrent attempts. */
const SHARES = [
  { killed: 0.25, failed: 0.15, givenUp: 0.2, twice: 0.15 },
  { killed: 0.25, failed: 0.15, givenUp: 0.2, twice: 0.15 },
  { killed: 0.05, failed: 0.05, givenUp: 0.55, twice: 0.2 },
] as const;
const MOMENTS = ['before its effect', 'after its effect'] as const;
const ATTEMPTS = 4;

export class Chaos {
  /** Attempts that were given up and are still running. */
  readonly left: Promise<unknown>[] = [];
  readonly happened: string[] = [];
  private readonly stage: Stage;
  private readonly random: Random;
  private readonly batchSize: number;
  private readonly shares: (typeof SHARES)[number];

  constructor(stage: Stage, seed: number, batchSize = 1) {
    this.stage = stage;
    this.random = new Random(seed);
    this.shares = this.random.pick(SHARES);
    this.batchSize = batchSize;
  }

  readonly take: Take = async (event) => {
    for (let number = 1; ; number += 1) {
      try {
        return await this.attempt(event);
      } catch (error) {
        if (number === ATTEMPTS) throw error;
      }
    }
  };

  /** One attempt, which may die, fail with its ledger, be given up while running, or run twice at once. */
  attempt(event: Parameters<Take>[0]): Promise<unknown> {
    const drawn = this.random.next();
    const { killed: kill, failed, givenUp, twice } = this.shares;
    if (drawn < kill) return this.killed(event);
    if (drawn < kill + failed) return this.failed(event);
    if (drawn < kill + failed + givenUp) return this.givenUp(event);
    if (drawn < kill + failed + givenUp + twice) return this.twice(event);
    return this.slow(event);
  }

  private killed(event: Parameters<Take>[0]): Promise<unknown> {
    const at = this.random.between(0, 25);
    const moment = this.random.pick(MOMENTS);
    this.note(event, `killed at event ${at}, ${moment}`);
    return killed(event, this.stage, new KillPoint(at, moment), this.batchSize);
  }

  private failed(event: Parameters<Take>[0]): Promise<unknown> {
    const at = this.random.between(0, 15);
    const moment = this.random.pick(MOMENTS);
    this.note(event, `its ledger failed at operation ${at}, ${moment}`);
    const store = new FailingOnce(at, moment).store(this.stage.store);
    return attempt(event, this.stage, this.stage.dependencies({ store }), this.batchSize);
  }

  /** Another attempt starts while this one is running. */
  private async givenUp(event: Parameters<Take>[0]): Promise<unknown> {
    this.note(event, 'given up');
    this.keepRunning(this.slow(event));
    for (let turns = this.random.between(0, 60); turns > 0; turns -= 1) await turn();
    throw new LambdaGone('given up');
  }

  private async twice(event: Parameters<Take>[0]): Promise<unknown> {
    this.note(event, 'twice');
    const [one, other] = [this.slow(event), this.slow(event)];
    this.keepRunning(other);
    return one;
  }

  private slow(event: Parameters<Take>[0]): Promise<unknown> {
    const sleeper = new Sleeper(this.random.branch(this.random.between(0, 1_000_000)));
    const disturbance = sleeper.disturbance(this.stage);
    return attempt(event, this.stage, this.stage.dependencies(disturbance), this.batchSize);
  }

  private keepRunning(attempted: Promise<unknown>): void {
    this.left.push(attempted.catch(() => undefined));
  }

  private note({ step, phase, batch }: Parameters<Take>[0], what: string): void {
    this.happened.push(`${step} ${JSON.stringify({ phase, batch })}: ${what}`);
  }
}
