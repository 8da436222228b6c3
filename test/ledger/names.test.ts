import { describe, expect, it } from 'vitest';

import { parseLocation } from '../../src/ledger/location.ts';
import {
  LedgerLocationError,
  UnreadableLedgerError,
  RunIdTakenError,
  RunReferenceError,
} from '../../src/ledger/errors.ts';
import { checkedKey } from '../../src/ledger/object-store.ts';
import { parseStored } from '../../src/ledger/parse-stored.ts';
import { isOk, OUTCOMES } from '../../src/ledger/outcomes.ts';
import { checkedRunId, randomDigits, runIdTime } from '../../src/ledger/run-id.ts';
import { pageKey, recordsKey, summaryKey } from '../../src/ledger/run-keys.ts';
import { recordSchema } from '../../src/ledger/record.ts';
import { RUN_ID } from '../support/records.ts';

describe('the time in the id of a run', () => {
  it('is that of its begin, to the second', () => {
    expect(runIdTime('20261127T225501Z-1a2b3c')).toEqual(new Date('2026-11-27T22:55:01Z'));
    expect(runIdTime('19870605T040302Z-1a2b3c')).toEqual(new Date('1987-06-05T04:03:02Z'));
  });

  it('is not told by what is no id', () => {
    expect(() => runIdTime('yesterday')).toThrow(RangeError);
  });
});

it('refuses what is no id of a run, and shows one', () => {
  expect(() => checkedRunId('yester"day')).toThrow(
    'not a run id such as 20261127T225500Z-1a2b3c: "yester\\"day"',
  );
});

it('makes three hex digits for an id, low numbers too', () => {
  const digits = Array.from({ length: 500 }, randomDigits);
  for (const some of digits) expect(some).toMatch(/^[0-9a-f]{3}$/);
});

it('keeps what belongs to a run in its folder', () => {
  expect(recordsKey(RUN_ID, 12)).toBe(`runs/${RUN_ID}/records/00000012.jsonl`);
  expect(recordsKey(RUN_ID, 1, 'plan-7')).toBe(`runs/${RUN_ID}/records/plan-7/00000001.jsonl`);
  expect(summaryKey(RUN_ID)).toBe(`runs/${RUN_ID}/summary.json`);
  expect(pageKey(RUN_ID)).toBe(`runs/${RUN_ID}/report.html`);
  expect(() => recordsKey(RUN_ID, 1, '../x')).toThrow('not the name of a writer: "../x"');
});

it('tells the outcomes that are well from those that are not', () => {
  expect(OUTCOMES.ok.map(isOk)).toEqual(OUTCOMES.ok.map(() => true));
  expect(OUTCOMES.bad.map(isOk)).toEqual(OUTCOMES.bad.map(() => false));
});

it('names its errors after what is wrong', () => {
  expect(new RunReferenceError('x').name).toBe('RunReferenceError');
  expect(new UnreadableLedgerError('x').name).toBe('UnreadableLedgerError');
  expect(new LedgerLocationError('x', 'y').name).toBe('LedgerLocationError');
  expect(new RunIdTakenError(RUN_ID, 'runs/1', 'memory')).toMatchObject({
    name: 'RunIdTakenError',
    runId: RUN_ID,
    message: `The ledger at memory already holds runs/1: another process is writing run ${RUN_ID}, or wrote it. Leave runId out to start a new run.`,
  });
});

it('refuses what is no key of an object', () => {
  expect(() => checkedKey('../x')).toThrow('not a key of a ledger object: "../x"');
});

it('keeps the cause of an object that is not valid JSON', () => {
  const error = (() => {
    try {
      return parseStored(recordSchema, '{', 'runs/1');
    } catch (thrown) {
      return thrown as Error;
    }
  })();
  expect(error).toMatchObject({
    message: 'runs/1 is not valid JSON',
    cause: expect.any(SyntaxError) as unknown,
  });
});

describe('a place for a ledger', () => {
  it('is a folder where a scheme stands anywhere but at its beginning', () => {
    expect(parseLocation('./s3://bucket')).toEqual({ kind: 'folder', path: './s3://bucket' });
  });

  it('is no bucket with a wrong name at its end', () => {
    expect(() => parseLocation('s3://my-ledger-/x')).toThrow('a bucket name has 3 to 63');
    expect(() => parseLocation(`s3://${'a'.repeat(64)}`)).toThrow('a bucket name has 3 to 63');
  });
});
