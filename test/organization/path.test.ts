import { describe, expect, it } from 'vitest';

import { pathOf } from '../../src/organization/path.ts';
import { account } from '../support/records.ts';

const ID = '111122223333';
const ORGANIZATION = 'o-a1b2c3d4e5';
const OF = `${ORGANIZATION}/r-ab12/ou-ab12-11112222/ou-ab12-33334444/${ID}/`;

const path = (...paths: string[]) => pathOf({ ...account(ID), paths }, ORGANIZATION);

describe('the path of an account', () => {
  it('leads from the root down to its OU', () => {
    expect(path(OF)).toEqual(['r-ab12', 'ou-ab12-11112222', 'ou-ab12-33334444']);
    expect(path(`${ORGANIZATION}/r-ab12/${ID}/`)).toEqual(['r-ab12']);
  });

  it.each([
    ['is missing', []],
    ['is empty', ['']],
    ['comes twice', [OF, OF]],
    ['is of another organization', [OF.replace(ORGANIZATION, 'o-elsewhere0')]],
    ['is of another account', [OF.replace(ID, '999999999999')]],
    ['has no end', [OF.slice(0, -1)]],
    ['has no root', [`${ORGANIZATION}/ou-ab12-11112222/${ID}/`]],
    ['has nothing between', [`${ORGANIZATION}/${ID}/`]],
    ['is only the organization', [`${ORGANIZATION}/`]],
    ['has an invalid OU', [`${ORGANIZATION}/r-ab12/ou-ab12/${ID}/`]],
    ['begins with something else', [`${ORGANIZATION}/x/r-ab12/${ID}/`]],
    ['has an empty part', [`${ORGANIZATION}/r-ab12//${ID}/`]],
    ['goes through an account', [`${ORGANIZATION}/r-ab12/444455556666/${ID}/`]],
  ])('is not used when it %s', (_, paths) => {
    expect(path(...paths)).toBeUndefined();
  });

  it('is unknown where AWS sends none', () => {
    expect(pathOf(account(ID), ORGANIZATION)).toBeUndefined();
  });
});
