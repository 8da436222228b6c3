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

/** A bus with a result for each entry; `code` returns the error code of an entry at its nth attempt. */
function busWith(code: (problem: string, attempt: number) => string | undefined) {
  const calls: string[][] = [];
  const attempts = new Map<string, number>();
  const client = {
    send: ({ input }: PutEventsCommand) => {
      const problems = (input.Entries ?? []).map(({ Detail }) => {
        const [problem = ''] = (JSON.parse(Detail ?? '') as { problems: string[] }).problems;
        return problem;
      });
      calls.push(problems);
      const results: Entries = problems.map((problem) => {
        attempts.set(problem, (attempts.get(problem) ?? 0) + 1);
        const error = code(problem, attempts.get(problem) ?? 0);
        return error === undefined ? { EventId: 'id' } : { ErrorCode: error, ErrorMessage: 'why' };
      });
      return Promise.resolve({ Entries: results });
    },
  } as unknown as EventBridgeClient;
  const pauses: number[] = [];
  const pause = (milliseconds: number) => Promise.resolve(pauses.push(milliseconds));
  return { calls, pauses, to: { client, bus: 'a-bus', signal: new AbortController().signal, pause } };
}

const events = (count: number, size = 1): KeysweepEvent[] =>
  Array.from({ length: count }, (_, n) =>
    failureEvent({ reason: 'interrupted', problem: `${n}`.padEnd(size, '.') }),
  );
const problemsOf = (failed: readonly { readonly event: KeysweepEvent }[]) =>
  failed.map(({ event }) => (event.detail as { problems: string[] }).problems[0]);

describe('putEvents', () => {
  it('sends ten events a call', async () => {
    const { calls, to } = busWith(() => undefined);
    const { accepted, failed } = await putEvents(events(23), to);
    expect([...accepted]).toEqual([['Sweep Failed', 23]]);
    expect(failed).toEqual([]);
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
  });

  it('reads events only as it can send them', async () => {
    let made = 0;
    function* many(): Generator<KeysweepEvent> {
      for (const event of events(1_000)) {
        made += 1;
        yield event;
      }
    }
    const hanging = { send: () => new Promise(() => undefined) } as unknown as EventBridgeClient;
    const { to } = busWith(() => undefined);
    void putEvents(many(), { ...to, client: hanging });
    await Promise.resolve();
    expect(made).toBeLessThanOrEqual(8 * 11);
  });

  it('sends fewer large events a call', async () => {
    const { calls, to } = busWith(() => undefined);
    const large: KeysweepEvent[] = events(10).map((event) => ({
      ...event,
      detail: { ...event.detail, problems: Array.from({ length: 20 }, () => 'x'.repeat(3_000)) },
    })) as KeysweepEvent[];
    await putEvents(large, to);
    expect(calls.map((call) => call.length)).toEqual([4, 4, 2]);
  });

  it('retries only the rejected entries of a successful call', async () => {
    const { calls, pauses, to } = busWith((problem, attempt) =>
      problem === '1' && attempt < 3 ? 'ThrottlingException' : undefined,
    );
    expect(await putEvents(events(3), to)).toMatchObject({ failed: [] });
    expect(calls).toEqual([['0', '1', '2'], ['1'], ['1']]);
    expect(pauses).toEqual([200, 400]);
  });

  it('stops after four attempts, or at once when a retry cannot help', async () => {
    const { calls, to } = busWith((problem) =>
      problem === '0' ? 'InternalFailure' : problem === '1' ? 'MalformedDetail' : undefined,
    );
    const { accepted, failed } = await putEvents(events(3), to);
    expect(calls).toEqual([['0', '1', '2'], ['0'], ['0'], ['0']]);
    expect([...accepted.values()]).toEqual([1]);
    expect(problemsOf(failed)).toEqual(['1', '0']);
    expect(failed.map(({ failure }) => failure.code)).toEqual(['MalformedDetail', 'InternalFailure']);
  });

  it('counts entries without a result as failed', async () => {
    const client = { send: () => Promise.resolve({}) } as unknown as EventBridgeClient;
    const { to } = busWith(() => undefined);
    const { failed } = await putEvents(events(2), { ...to, client });
    expect(failed.map(({ failure }) => failure.code)).toEqual(['NoAnswer', 'NoAnswer']);
  });
});
