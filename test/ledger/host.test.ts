import { describe, expect, it } from 'vitest';

import { hostIdentity } from '../../src/ledger/host.ts';

const SPACE = { bootId: () => '0d5b3c70', pidNamespace: () => 'pid:[4026531836]' };

describe('the host identity', () => {
  it('is the same for two processes that can find each other by their IDs', () => {
    expect(hostIdentity(SPACE)).toBe(hostIdentity(SPACE));
  });

  it.runIf(process.platform === 'linux')('has what Linux tells', () => {
    expect(hostIdentity()).toMatch(/ \(boot [\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}, pid:\[\d+\]\)$/);
  });

  it.each([
    ['after a restart of the machine, or on another one of that name', { ...SPACE, bootId: () => '2' }],
    ['in another container', { ...SPACE, pidNamespace: () => 'pid:[4026532000]' }],
  ])('is different %s', (_, other) => {
    expect(hostIdentity(other)).not.toBe(hostIdentity(SPACE));
  });

  it.each(['bootId', 'pidNamespace'] as const)('is unique where %s cannot be read', (unread) => {
    const space = {
      ...SPACE,
      [unread]: () => {
        throw new Error('ENOENT');
      },
    };
    expect(hostIdentity(space)).not.toBe(hostIdentity(space));
  });
});
