import { Random } from '../../../sandbox/generator/random.ts';
import type { RunSummary } from '../../../src/ledger/record.ts';
import type { Stage } from '../stage.ts';
import type { Engine } from './engines.ts';
import { hostileEvent, type Sent } from './events.ts';
import type { Event, Intruded, Invoke } from './intruding.ts';

/** Sends events of his own while a run is at work, or in place of its own. */
export class Sender {
  readonly done: string[] = [];
  /** Errors that are none of keysweep's own. */
  readonly defects: unknown[] = [];
  /** Whether keysweep followed one of them. */
  isFollowed = false;
  /** Whether one took the place of an event. */
  hasReplaced = false;
  /** Whether one asked for a sweep. */
  hasAskedToSweep = false;
  /** A sweep of everything that one of them started, and that is ok. */
  hasSwept = false;
  private readonly stage: Stage;
  private readonly engine: Engine;
  private readonly coming: Sent[];
  private readonly seen: Event[];
  private readonly execute: Invoke;
  private events = 0;

  /** @param seen of all runs; is added to */
  constructor(stage: Stage, engine: Engine, coming: readonly Sent[], seen: Event[], execute: Invoke) {
    this.stage = stage;
    this.engine = engine;
    this.coming = [...coming];
    this.seen = seen;
    this.execute = execute;
  }

  readonly intrude: Intruded['intrude'] = async (event, invoke) => {
    const number = this.events++;
    let taken = event;
    for (const sent of this.coming.filter(({ before }) => before <= number)) {
      this.coming.splice(this.coming.indexOf(sent), 1);
      const hostile = this.hostile(sent, event);
      this.note(sent, hostile);
      if (sent.way === 'besides') await this.send(hostile, this.execute);
      else taken = hostile;
    }
    this.seen.push(event);
    if (taken === event) return this.watched(invoke, event);
    this.hasReplaced = true;
    return this.watched(invoke, taken);
  };

  /** What has not been sent is sent. */
  async end(): Promise<void> {
    for (const sent of this.coming.splice(0)) {
      const hostile = this.hostile(sent, undefined);
      this.note({ ...sent, way: 'besides' }, hostile);
      await this.send(hostile, this.execute);
    }
  }

  private hostile({ seed }: Sent, coming: Event | undefined): Event {
    const { organization, accountIds } = this.stage.built;
    const { isInSteps } = this.engine;
    const scene = { isInSteps, coming, seen: this.seen, accountIds, now: organization.clock.now() };
    return hostileEvent(scene, new Random(seed));
  }

  private note({ way }: Sent, event: Event): void {
    const text = JSON.stringify(event);
    this.hasAskedToSweep ||= text.includes('"sweep"');
    this.done.push(`sends ${way} ${text}`);
  }

  private async send(event: Event, execute: Invoke): Promise<void> {
    try {
      const answer = await this.watched(execute, event);
      this.noteAnswer(event, answer as Partial<RunSummary>);
    } catch {
      // Nothing follows a refusal; what is no refusal is a defect.
    }
  }

  private noteAnswer({ mode }: Event, answer: Partial<RunSummary>): void {
    if (this.engine.isInSteps || mode === 'sweep') this.isFollowed = true;
    this.hasSwept ||= answer.mode === 'sweep' && answer.filtered === false && answer.verdict === 'ok';
  }

  private async watched(invoke: Invoke, event: Event): Promise<unknown> {
    try {
      return await invoke(event);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) this.defects.push(error);
      throw error;
    }
  }
}
