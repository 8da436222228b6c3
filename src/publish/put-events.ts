import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';

import type { Failure } from '../aws/failure.ts';
import { EVENT_SOURCE, type KeysweepEvent } from '../report/event-schemas.ts';
import { attempt } from './attempt.ts';

const CALL = 'events:PutEvents';

/** Per call: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 250_000;
/** Calls in flight; the larger Regions accept 10,000 entries a second. */
const CONCURRENCY = 8;

/** Error codes of single entries that a retry may fix. */
const RETRYABLE = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);
const MAX_ATTEMPTS = 4;

export interface EventsToPut {
  readonly client: EventBridgeClient;
  readonly bus: string;
  readonly signal: AbortSignal;
  /** Waits before a retry. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** An event that EventBridge rejected. */
export interface FailedEvent {
  readonly event: KeysweepEvent;
  readonly failure: Failure;
}

/**
 * Puts events on a bus, and reads from `events` only what it can send. Never rejects.
 * @returns how many events EventBridge accepted, by detail type, and those that it rejected
 */
export async function putEvents(events: Iterable<KeysweepEvent>, to: EventsToPut) {
  const accepted = new Map<string, number>();
  const failed: FailedEvent[] = [];
  const pending = batches(events, to.bus);
  const putPending = async (): Promise<void> => {
    for (const batch of pending) {
      const rejected = await putBatch(batch, to);
      failed.push(...rejected);
      const missing = new Set(rejected.map(({ event }) => event));
      for (const { event } of batch.filter(({ event }) => !missing.has(event)))
        accepted.set(event.detailType, (accepted.get(event.detailType) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, putPending));
  return { accepted, failed };
}

interface Entry {
  readonly event: KeysweepEvent;
  readonly entry: PutEventsRequestEntry;
}

async function putBatch(batch: readonly Entry[], to: EventsToPut): Promise<FailedEvent[]> {
  let remaining = batch;
  const failed: FailedEvent[] = [];
  for (let round = 1; remaining.length > 0; round += 1) {
    const rejected: { readonly entry: Entry; readonly code: string; readonly message: string }[] = [];
    const failure = await attempt(CALL, to.signal, async () => {
      const command = new PutEventsCommand({ Entries: remaining.map(({ entry }) => entry) });
      // Single entries of a successful call may fail; the results are in the order of the entries.
      const { Entries: results = [] } = await to.client.send(command, { abortSignal: to.signal });
      for (const [index, entry] of remaining.entries()) {
        const {
          EventId: id,
          ErrorCode: code = 'NoAnswer',
          ErrorMessage: message = '',
        } = results[index] ?? {};
        if (id === undefined) rejected.push({ entry, code, message });
      }
    });
    if (failure) return [...failed, ...remaining.map(({ event }) => ({ event, failure }))];
    const retries = rejected.filter(({ code }) => RETRYABLE.has(code) && round < MAX_ATTEMPTS);
    for (const { entry, code, message } of rejected.filter((one) => !retries.includes(one)))
      failed.push({
        event: entry.event,
        failure: { kind: code === 'ThrottlingException' ? 'throttled' : 'failed', call: CALL, code, message },
      });
    remaining = retries.map(({ entry }) => entry);
    if (remaining.length > 0) await to.pause(2 ** round * 100);
  }
  return failed;
}

/** Batches as large as the limits of a call allow. */
function* batches(events: Iterable<KeysweepEvent>, bus: string): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let room = MAX_BYTES;
  for (const event of events) {
    const entry = {
      Source: EVENT_SOURCE,
      DetailType: event.detailType,
      Detail: JSON.stringify(event.detail),
      EventBusName: bus,
    };
    const size = Buffer.byteLength(entry.Detail) + entry.Source.length + entry.DetailType.length;
    if (batch.length > 0 && (batch.length === MAX_ENTRIES || size > room)) {
      yield batch;
      batch = [];
      room = MAX_BYTES;
    }
    batch.push({ event, entry });
    room -= size;
  }
  if (batch.length > 0) yield batch;
}
