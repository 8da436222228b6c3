import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';

import type { Failure } from '../aws/failure.ts';
import { EVENT_SOURCE, type KeysweepEvent } from '../report/event-schemas.ts';
import { attempt } from './attempt.ts';

const CALL = 'events:PutEvents';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html: entries of a call, and bytes of them all. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 250_000;
/** Calls in flight; 10,000 entries a second is what the larger Regions take. */
const WIDTH = 8;

/** What EventBridge says of a single entry that it may take at the next try. */
const PASSING = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);
const TRIES = 4;

export interface EventsToPut {
  readonly client: EventBridgeClient;
  readonly bus: string;
  readonly signal: AbortSignal;
  /** Waits before entries are tried again. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** An event that EventBridge did not take. */
export interface FailedEvent {
  readonly event: KeysweepEvent;
  readonly failure: Failure;
}

export interface PutEvents {
  /** How many EventBridge took, by detail type. */
  readonly taken: ReadonlyMap<string, number>;
  readonly failed: readonly FailedEvent[];
}

/** Puts events on a bus, and asks for no more of them than are on their way. Never rejects. */
export async function putEvents(events: Iterable<KeysweepEvent>, to: EventsToPut): Promise<PutEvents> {
  const taken = new Map<string, number>();
  const failed: FailedEvent[] = [];
  const waiting = batches(events, to.bus);
  const putTheRest = async (): Promise<void> => {
    for (const batch of waiting) {
      const refused = await putBatch(batch, to);
      failed.push(...refused);
      const missing = new Set(refused.map(({ event }) => event));
      for (const { event } of batch.filter(({ event }) => !missing.has(event)))
        taken.set(event.detailType, (taken.get(event.detailType) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, putTheRest));
  return { taken, failed };
}

interface Entry {
  readonly event: KeysweepEvent;
  readonly entry: PutEventsRequestEntry;
}

async function putBatch(batch: readonly Entry[], to: EventsToPut): Promise<FailedEvent[]> {
  let left = batch;
  const failed: FailedEvent[] = [];
  for (let round = 1; left.length > 0; round += 1) {
    const refused: { readonly entry: Entry; readonly code: string; readonly message: string }[] = [];
    const failure = await attempt(CALL, to.signal, async () => {
      const command = new PutEventsCommand({ Entries: left.map(({ entry }) => entry) });
      // Some entries of a call that succeeds may have failed; the answer tells them by their place.
      const { Entries: answers = [] } = await to.client.send(command, { abortSignal: to.signal });
      for (const [index, entry] of left.entries()) {
        const {
          EventId: id,
          ErrorCode: code = 'NoAnswer',
          ErrorMessage: message = '',
        } = answers[index] ?? {};
        if (id === undefined) refused.push({ entry, code, message });
      }
    });
    if (failure) return [...failed, ...left.map(({ event }) => ({ event, failure }))];
    const again = refused.filter(({ code }) => PASSING.has(code) && round < TRIES);
    for (const { entry, code, message } of refused.filter((one) => !again.includes(one)))
      failed.push({ event: entry.event, failure: { kind: kindOf(code), call: CALL, code, message } });
    left = again.map(({ entry }) => entry);
    if (left.length > 0) await to.pause(2 ** round * 100);
  }
  return failed;
}

function kindOf(code: string): Failure['kind'] {
  return code === 'ThrottlingException' ? 'throttled' : 'failed';
}

/** As many entries in a call as its count and its size allow. */
function* batches(events: Iterable<KeysweepEvent>, bus: string): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let room = MOST_BYTES;
  for (const event of events) {
    const entry = {
      Source: EVENT_SOURCE,
      DetailType: event.detailType,
      Detail: JSON.stringify(event.detail),
      EventBusName: bus,
    };
    const size = Buffer.byteLength(entry.Detail) + entry.Source.length + entry.DetailType.length;
    if (batch.length > 0 && (batch.length === MOST_ENTRIES || size > room)) {
      yield batch;
      batch = [];
      room = MOST_BYTES;
    }
    batch.push({ event, entry });
    room -= size;
  }
  if (batch.length > 0) yield batch;
}
