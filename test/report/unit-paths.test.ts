import { expect, it } from 'vitest';

import { pathName, unitPaths } from '../../src/report/unit-paths.ts';

const unit = (id: string, parent: string | undefined) => ({
  ...{ id, name: id.toUpperCase(), accounts: [] },
  ...(parent !== undefined && { parent }),
});

it('orders OUs as a tree, siblings by name', () => {
  const units = [unit('b', 'r'), unit('r', undefined), unit('c', 'a'), unit('a', 'r')];
  expect(unitPaths(units).map(pathName)).toEqual(['R', 'A', 'A / C', 'B']);
});

it('ends where a changed ledger has OUs in a circle', () => {
  const paths = unitPaths([unit('a', 'b'), unit('b', 'a')]);
  expect(paths.map((path) => path.map(({ id }) => id).join(' '))).toEqual(['a b', 'b a']);
});
