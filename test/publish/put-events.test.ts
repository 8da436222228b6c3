import type {
  EventBridgeClient,
  PutEventsCommand,
  PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';

import { putEvents } from '../../src/publish/put-events.ts';
import type { KeysweepEvent } from '../../src/report/event-schemas.ts';
import { failureEvent } from '../../src/report/events.ts';

type Entries = NonNullable<PutEventsCommandOutput['Entries']>;

/** A bus that answers entry by entry; `code` gives the error of an entry at its n-th try. */
function busWith(code: (problem: string, times: number) => string | undefined) {
  const calls: string[][] = [];
  const tries = new Map<string, number>();
  const client = {
    send: ({ input }: PutEventsCommand) => {
      const problems = (input.Entries ?? []).map(({ Detail }) => {
        const [problem = ''] = (JSON.parse(Detail ?? '') as { problems: string[] }).problems;
        return problem;
      });
      calls.push(problems);
      const answers: Entries = problems.map((problem) => {
        tries.set(problem, (tries.get(problem) ?? 0) + 1);
        const wrong = code(problem, tries.get(problem) ?? 0);
        return wrong === undefined ? { EventId: 'id' } : { ErrorCode: wrong, ErrorMessage: 'why' };
      });
      return Promise.resolve({ Entries: answers });
    },
  } as unknown as EventBridgeClient;
  const pauses: number[] = [];
  const pause = (milliseconds: number) => Promise.resolve(pauses.push(milliseconds));
  return { calls, pauses, to: { client, bus: 'a-bus', signal: new AbortController().signal, pause } };
}

const events = (count: number, size = 1): KeysweepEvent[] =>
  Array.from({ length: count }, (_, n) =>
    failureEvent({ reason: 'broke-off', problem: `${n}`.padEnd(size, '.') }),
  );
const problemsOf = (failed: readonly { readonly event: KeysweepEvent }[]) =>
  failed.map(({ event }) => (event.detail as { problems: string[] }).problems[0]);

describe('events', () => {
  it('go ten at a time', async () => {
    const { calls, to } = busWith(() => undefined);
    const { taken, failed } = await putEvents(events(23), to);
    expect([...taken]).toEqual([['Sweep Failed', 23]]);
    expect(failed).toEqual([]);
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
  });

  it('are made no sooner than they can go', async () => {
    let made = 0;
    function* many(): Generator<KeysweepEvent> {
      for (const event of events(1_000)) {
        made += 1;
        yield event;
      }
    }
    const stuck = { send: () => new Promise(() => undefined) } as unknown as EventBridgeClient;
    const { to } = busWith(() => undefined);
    void putEvents(many(), { ...to, client: stuck });
    await Promise.resolve();
    expect(made).toBeLessThanOrEqual(8 * 11);
  });

  it('go fewer at a time when they are large', async () => {
    const { calls, to } = busWith(() => undefined);
    const large: KeysweepEvent[] = events(10).map((event) => ({
      ...event,
      detail: { ...event.detail, problems: Array.from({ length: 20 }, () => 'x'.repeat(3_000)) },
    })) as KeysweepEvent[];
    await putEvents(large, to);
    expect(calls.map((call) => call.length)).toEqual([4, 4, 2]);
  });

  it('that a call which succeeded did not take are tried again, and only they', async () => {
    const { calls, pauses, to } = busWith((problem, times) =>
      problem === '1' && times < 3 ? 'ThrottlingException' : undefined,
    );
    expect(await putEvents(events(3), to)).toMatchObject({ failed: [] });
    expect(calls).toEqual([['0', '1', '2'], ['1'], ['1']]);
    expect(pauses).toEqual([200, 400]);
  });

  it('are given up after four tries, or at once when no try can help', async () => {
    const { calls, to } = busWith((problem) =>
      problem === '0' ? 'InternalFailure' : problem === '1' ? 'MalformedDetail' : undefined,
    );
    const { taken, failed } = await putEvents(events(3), to);
    expect(calls).toEqual([['0', '1', '2'], ['0'], ['0'], ['0']]);
    expect([...taken.values()]).toEqual([1]);
    expect(problemsOf(failed)).toEqual(['1', '0']);
    expect(failed.map(({ failure }) => failure.code)).toEqual(['MalformedDetail', 'InternalFailure']);
  });

  it('of which no answer tells have failed', async () => {
    const client = { send: () => Promise.resolve({}) } as unknown as EventBridgeClient;
    const { to } = busWith(() => undefined);
    const { failed } = await putEvents(events(2), { ...to, client });
    expect(failed.map(({ failure }) => failure.code)).toEqual(['NoAnswer', 'NoAnswer']);
  });
});
