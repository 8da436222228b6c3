import { expect, it } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

const MODES = ['deactivate', 'deactivate-then-delete', 'delete'];

it.each([
  ['delet', MODES, undefined, 'delete'],
  ['DELETE', MODES, undefined, 'delete'],
  ['deactivate-than-delete', MODES, undefined, 'deactivate-then-delete'],
  ['remove', MODES, undefined, undefined],
  ['', MODES, undefined, undefined],
  ['maxKeyAge', ['maxKeyAgeDays', 'mode'], undefined, 'maxKeyAgeDays'],
  ['user', ['groups', 'users'], undefined, 'users'],
  ['anything', [], undefined, undefined],
  ['111122223334', ['999922223333', '111122223333'], 2, '111122223333'],
  ['111122223366', ['111122223333'], 2, '111122223333'],
  ['111122223666', ['111122223333'], 2, undefined],
])('nearest to "%s" of %j within %s is %s', (word, known, within, expected) => {
  expect(nearest(word, known, within)).toBe(expected);
});

it.each([
  ['armad', ['armada', 'armed', 'armad'], 'armad'],
  ['armad', ['armad', 'armed'], 'armad'],
  ['armxd', ['armed', 'armad'], 'armed'],
])('the nearest to "%s" in %j, and the first of equally near names, is %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
