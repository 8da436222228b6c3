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
import { agesKey, pageKey, recordsKey, summaryKey } from '../../src/ledger/run-keys.ts';
import { recordSchema } from '../../src/ledger/record.ts';
import { RUN_ID } from '../support/records.ts';

describe('the time in a run ID', () => {
  it('is that of its start, to the second', () => {
    expect(runIdTime('20261127T225501Z-1a2b3c')).toEqual(new Date('2026-11-27T22:55:01Z'));
    expect(runIdTime('19870605T040302Z-1a2b3c')).toEqual(new Date('1987-06-05T04:03:02Z'));
  });

  it('is an error for an invalid ID', () => {
    expect(() => runIdTime('yesterday')).toThrow(RangeError);
  });
});

it('refuses an invalid run ID, with an example', () => {
  expect(() => checkedRunId('yester"day')).toThrow(
    'not a run ID such as 20261127T225500Z-1a2b3c: "yester\\"day"',
  );
});

it('creates three hex digits for an ID, for low numbers too', () => {
  const digits = Array.from({ length: 500 }, randomDigits);
  for (const some of digits) expect(some).toMatch(/^[0-9a-f]{3}$/);
});

it('keeps everything of a run in its folder', () => {
  expect(recordsKey(RUN_ID, 12)).toBe(`runs/${RUN_ID}/records/00000012.jsonl`);
  expect(recordsKey(RUN_ID, 1, 'plan-7')).toBe(`runs/${RUN_ID}/records/plan-7/00000001.jsonl`);
  expect(summaryKey(RUN_ID)).toBe(`runs/${RUN_ID}/summary.json`);
  expect(pageKey(RUN_ID)).toBe(`runs/${RUN_ID}/report.html`);
  expect(agesKey(RUN_ID)).toBe(`runs/${RUN_ID}/ages.json`);
  expect(() => recordsKey(RUN_ID, 1, '../x')).toThrow('not a writer name: "../x"');
});

it('tells ok outcomes from bad ones', () => {
  expect(OUTCOMES.ok.map(isOk)).toEqual(OUTCOMES.ok.map(() => true));
  expect(OUTCOMES.bad.map(isOk)).toEqual(OUTCOMES.bad.map(() => false));
});

it('says in an error what is wrong', () => {
  expect(new RunReferenceError('x').name).toBe('RunReferenceError');
  expect(new UnreadableLedgerError('x').name).toBe('UnreadableLedgerError');
  expect(new LedgerLocationError('x', 'y').name).toBe('LedgerLocationError');
  expect(new RunIdTakenError(RUN_ID, 'runs/1', 'memory')).toMatchObject({
    name: 'RunIdTakenError',
    runId: RUN_ID,
    message:
      `The ledger at memory already has runs/1: another process is writing run ${RUN_ID}, or wrote it. ` +
      'Leave runId out to start a new run.',
  });
});

it('refuses an invalid object key', () => {
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

describe('a ledger location', () => {
  it('is a folder if a scheme is anywhere but at its start', () => {
    expect(parseLocation('./s3://bucket')).toEqual({ kind: 'folder', path: './s3://bucket' });
  });

  it('is not a bucket with an invalid name', () => {
    expect(() => parseLocation('s3://my-ledger-/x')).toThrow('a bucket name has 3 to 63');
    expect(() => parseLocation(`s3://${'a'.repeat(64)}`)).toThrow('a bucket name has 3 to 63');
  });
});
