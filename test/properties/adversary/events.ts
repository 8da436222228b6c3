import type { Random } from '../../../sandbox/generator/random.ts';
import { forge } from './forging.ts';
import type { Event } from './intruding.ts';

/** What somebody sends who may invoke the Lambda, and start the state machine with an input of his own. */
export interface Sent {
  /** The run of the story, counted from 0; or after the last one has ended. */
  readonly run: number;
  /** Keysweep's own nth event of that run, counted from 0. */
  readonly before: number;
  /** Whether that event comes, too. */
  readonly way: 'besides' | 'instead';
  /** Chooses the event. */
  readonly seed: number;
}

export interface Scene {
  readonly isInSteps: boolean;
  /** The event that is about to come; undefined: none is. */
  readonly coming: Event | undefined;
  /** All that were sent so far. */
  readonly seen: readonly Event[];
  readonly accountIds: readonly string[];
  readonly now: Date;
}

const FAR = '9999-12-31T23:59:59.000Z';
const LONG_AGO = '2000-01-01T00:00:00.000Z';
const MINUTE = 60_000;

/** An event that was sent, or a changed one, or another that would do harm if it were believed. */
export function hostileEvent(scene: Scene, random: Random): Event {
  const { coming, seen, isInSteps } = scene;
  const known = [...(coming ? [coming, coming, coming] : []), ...seen];
  const chance = random.between(1, 10);
  if (known.length === 0 || chance <= 4)
    return random.pick(isInSteps ? steps(scene, random) : invocations(scene, random));
  const event = random.pick(known);
  return chance <= 5 ? event : forged(event, scene, random);
}

function forged(event: Event, scene: Scene, random: Random): Event {
  const runIds = scene.seen.flatMap(({ runId }) => (typeof runId === 'string' ? [runId] : []));
  const names = [...scene.accountIds, ...runIds, ...times(scene)];
  const changed: unknown = JSON.parse(forge(JSON.stringify(event), random, names));
  return typeof changed === 'object' && changed !== null ? (changed as Event) : event;
}

function times({ now }: Scene): string[] {
  const at = (minutes: number): string => new Date(now.getTime() + minutes * MINUTE).toISOString();
  return [FAR, LONG_AGO, at(0), at(4), at(60), at(-8 * 24 * 60)];
}

function invocations(scene: Scene, random: Random): Event[] {
  const time = random.pick(times(scene));
  const account = random.pick(scene.accountIds);
  return [
    { mode: 'sweep' },
    { mode: 'sweep', accounts: [account] },
    { mode: 'sweep', scheduledTime: time },
    { mode: 'sweep', noticeFor: time },
    { mode: 'sweep', runId: '99991231T235959Z-ffffff' },
    { mode: 'plan', noticeFor: time },
    { mode: 'notice', scheduledTime: time },
    { mode: 'notice' },
    { mode: 'watchdog' },
    { mode: 'undo' },
  ];
}

function steps(scene: Scene, random: Random): Event[] {
  const { seen, coming, accountIds } = scene;
  const time = random.pick(times(scene));
  const execution = { Name: `of-somebody-${random.between(1, 2)}`, StartTime: time };
  const start = { mode: random.pick(['sweep', 'sweep', 'plan']) };
  const error = { Error: 'States.Timeout', Cause: '' };
  const runId = [...seen, ...(coming ? [coming] : [])].findLast((event) => 'runId' in event)?.runId;
  const batch = random.between(1, 3);
  return [
    { step: 'begin', execution, start },
    { step: 'begin', execution, start: { ...start, noticeFor: time } },
    { step: 'begin', execution, start: { ...start, scheduledFor: time } },
    { step: 'begin', execution, start: { ...start, accounts: [random.pick(accountIds)] } },
    { step: 'conclude', execution, start, state: {} },
    ...(runId === undefined
      ? []
      : [
          { step: 'plan', runId, batch },
          { step: 'check-limits', runId },
          { step: 'apply', runId, batch },
          { step: 'apply', runId, batch },
          { step: 'give-up', runId, batch, phase: random.pick(['plan', 'apply']), error },
        ]),
  ];
}
