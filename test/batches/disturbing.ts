import { setImmediate as turn } from 'node:timers/promises';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { Random } from '../../sandbox/generator/random.ts';
import { Doom, type Moment } from '../crash/doom.ts';
import type { Passage } from '../properties/in-process.ts';
import type { Disturbance, Stage } from '../properties/stage.ts';
import { attempt, type Take } from './playing.ts';

/** As Step Functions hears of a Lambda that is gone. */
export class LambdaGone extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Lets a step die at one of its calls or store operations; nothing that it asked for is done after that. */
export async function killed(event: unknown, stage: Stage, doom: Doom, batchSize = 1): Promise<unknown> {
  const dependencies = stage.dependencies({ passage: doom.passage, store: doom.store(stage.store) });
  return Promise.race([
    attempt(event, stage, dependencies, batchSize),
    doom.died.then(() => {
      throw new LambdaGone('killed');
    }),
  ]);
}

/** What a store fails with here. */
export const UNAVAILABLE = new Error('the ledger does not answer');

/** A store whose operation of that number, counted from 0, fails once, with its effect or without. */
export class FailingOnce {
  /** Operations so far. */
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

/**
 * Of the event loop. In a deep sleep other attempts go through whole steps: what the sleeper knows of the run
 * is long past then.
 */
const NAP = { chance: 0.3, turns: 10 } as const;
const DEEP_SLEEP = { chance: 0.03, turns: 500 } as const;

/**
 * A step that is slow: now and then it sleeps before a call or a store operation, and then goes on as if
 * nothing was.
 */
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

/** A store that does the same to each of its operations. */
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

/**
 * What may befall an attempt at a step, by chance: in most runs a bit of all, in others many attempts at
 * once.
 */
const SHARES = [
  { killed: 0.25, failed: 0.15, givenUp: 0.2, twice: 0.15 },
  { killed: 0.25, failed: 0.15, givenUp: 0.2, twice: 0.15 },
  { killed: 0.05, failed: 0.05, givenUp: 0.55, twice: 0.2 },
] as const;
const MOMENTS = ['before its effect', 'after its effect'] as const;
const ATTEMPTS = 4;

/** All that goes wrong in one run, as a seed says. */
export class Chaos {
  /** Attempts that nobody waits for any more, and that go on. */
  readonly left: Promise<unknown>[] = [];
  /** For people. */
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

  /** Tries a step a few times. */
  readonly take: Take = async (event) => {
    for (let number = 1; ; number += 1) {
      try {
        return await this.attempt(event);
      } catch (error) {
        if (number === ATTEMPTS) throw error;
      }
    }
  };

  /**
   * One attempt, which may die, fail with its ledger, be given up while it goes on, or be made twice at once.
   */
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
    this.tell(event, `killed at event ${at}, ${moment}`);
    return killed(event, this.stage, new Doom(at, moment), this.batchSize);
  }

  private failed(event: Parameters<Take>[0]): Promise<unknown> {
    const at = this.random.between(0, 15);
    const moment = this.random.pick(MOMENTS);
    this.tell(event, `its ledger failed at operation ${at}, ${moment}`);
    const store = new FailingOnce(at, moment).store(this.stage.store);
    return attempt(event, this.stage, this.stage.dependencies({ store }), this.batchSize);
  }

  /** Another attempt is made while this one goes on. */
  private async givenUp(event: Parameters<Take>[0]): Promise<unknown> {
    this.tell(event, 'given up');
    this.leave(this.slow(event));
    for (let turns = this.random.between(0, 60); turns > 0; turns -= 1) await turn();
    throw new LambdaGone('given up');
  }

  private async twice(event: Parameters<Take>[0]): Promise<unknown> {
    this.tell(event, 'twice');
    const [one, other] = [this.slow(event), this.slow(event)];
    this.leave(other);
    return one;
  }

  private slow(event: Parameters<Take>[0]): Promise<unknown> {
    const sleeper = new Sleeper(this.random.branch(this.random.between(0, 1_000_000)));
    const disturbance = sleeper.disturbance(this.stage);
    return attempt(event, this.stage, this.stage.dependencies(disturbance), this.batchSize);
  }

  private leave(attempted: Promise<unknown>): void {
    this.left.push(attempted.catch(() => undefined));
  }

  private tell({ step, phase, batch }: Parameters<Take>[0], what: string): void {
    this.happened.push(`${step} ${JSON.stringify({ phase, batch })}: ${what}`);
  }
}
