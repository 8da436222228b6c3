import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';

import type { LedgerRecord } from '../../src/ledger/record.ts';
import { recordSchema } from '../../src/ledger/record-schema.ts';
import { EVERY_RECORD } from './records.ts';

/** The same type without `readonly`, which schemas do not know. */
type Mutable<T> = T extends Date | string | number | boolean
  ? T
  : { -readonly [Key in keyof T]: Mutable<T[Key]> };

const storedAndRead = (record: LedgerRecord): unknown =>
  recordSchema.parse(JSON.parse(JSON.stringify(record)));

describe('recordSchema', () => {
  it.each(EVERY_RECORD)('reads $type as it was written, dates and all', (record) => {
    expect(storedAndRead(record)).toEqual(record);
  });

  it('knows every record and every word of record.ts (the compiler checks it)', () => {
    expectTypeOf<Mutable<LedgerRecord>>().toExtend<z.output<typeof recordSchema>>();
  });

  it.each([
    ['an unknown type', { type: 'account-renamed' }],
    ['no time', { at: 'yesterday' }],
    ['a field that is missing', { caller: undefined }],
    ['an unknown mode', { mode: 'dry-run' }],
  ])('refuses %s', (_, wrong) => {
    expect(recordSchema.safeParse({ ...EVERY_RECORD[0], ...wrong }).success).toBe(false);
  });
});
