import { describe, expect, it } from 'vitest';

import { parseLocation } from '../../src/ledger/location.ts';
import { LedgerLocationError } from '../../src/ledger/errors.ts';

describe('parseLocation', () => {
  it.each([
    ['.keysweep', { kind: 'folder', path: '.keysweep' }],
    ['/var/lib/keysweep', { kind: 'folder', path: '/var/lib/keysweep' }],
    ['s3', { kind: 'folder', path: 's3' }],
    ['s3://my-ledger', { kind: 's3', bucket: 'my-ledger', prefix: '' }],
    ['s3://my-ledger/', { kind: 's3', bucket: 'my-ledger', prefix: '' }],
    ['s3://my.ledger/keysweep/prod/', { kind: 's3', bucket: 'my.ledger', prefix: 'keysweep/prod' }],
  ])('%s', (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  it.each([
    ['', 'name a folder or s3://bucket/prefix'],
    ['  ', 'name a folder or s3://bucket/prefix'],
    ['s3://', 'a bucket name has 3 to 63'],
    ['s3://My_Ledger', 'a bucket name has 3 to 63'],
    ['s3:///prefix', 'a bucket name has 3 to 63'],
    ['s3://my-ledger//prefix', 'a prefix has parts'],
    ['s3://my-ledger/../other', 'a prefix has parts'],
    ['https://my-ledger.s3.amazonaws.com/prefix', 'https:// is not supported'],
    ['file:///var/lib/keysweep', 'file:// is not supported'],
  ])('refuses %j: %s', (text, expected) => {
    expect(() => parseLocation(text)).toThrow(LedgerLocationError);
    expect(() => parseLocation(text)).toThrow(expected);
    expect(() => parseLocation(text)).toThrow(JSON.stringify(text));
  });
});
