import { describe, expect, it } from 'vitest';

import { pathOf } from '../../src/organization/path.ts';

const ORGANIZATION = 'o-a1b2c3d4e5';
const ACCOUNT = '111111111111';
const ROOT = 'r-ab12';
const WORKLOADS = 'ou-ab12-workload';
const PROD = 'ou-ab12-prod0001';

const pathOfListed = (paths: readonly string[] | undefined) =>
  pathOf(
    { id: ACCOUNT, name: 'a', state: 'ACTIVE', isManagementAccount: false, ...(paths && { paths }) },
    ORGANIZATION,
  );

/** The path that the list gives for an account at these ids. */
const path = (...ids: string[]): string => [ORGANIZATION, ...ids, ACCOUNT, ''].join('/');

describe('the path of an account in the list', () => {
  it.each<[string, string[]]>([
    ['the root', [ROOT]],
    ['an OU', [ROOT, WORKLOADS]],
    ['an OU below an OU', [ROOT, WORKLOADS, PROD]],
    ['ids of the greatest length', [`r-${'a'.repeat(32)}`, `ou-${'a'.repeat(32)}-${'b'.repeat(32)}`]],
    ['ids of the smallest length', ['r-0000', 'ou-0000-00000000']],
  ])('leads to %s', (_, ids) => {
    expect(pathOfListed([path(...ids)])).toEqual(ids);
  });

  it.each<[string, readonly string[] | undefined]>([
    ['there is none', undefined],
    ['the list of paths is empty', []],
    ['there are two', [path(ROOT), path(ROOT, WORKLOADS)]],
    ['it is of another organization', [`o-elsewhere00/${ROOT}/${ACCOUNT}/`]],
    ['something stands before the organization', [`x${path(ROOT)}`]],
    ['it is of another account', [`${ORGANIZATION}/${ROOT}/222222222222/`]],
    ['something stands behind the account', [`${path(ROOT)}x`]],
    ['it does not begin at a root', [path(WORKLOADS)]],
    ['it begins with something else', [path('x', ROOT)]],
    ['an OU has no id', [path(ROOT, '', WORKLOADS)]],
    ['an OU is a root', [path(ROOT, ROOT)]],
    ['an id is too short', [path('r-000')]],
    ['an id is too long', [path(`r-${'a'.repeat(33)}`)]],
    ['the first part of an id is too short', [path(ROOT, 'ou-000-00000000')]],
    ['the second part of an id is too short', [path(ROOT, 'ou-0000-0000000')]],
    ['an id holds what no id holds', [path('r-AB12')]],
    ['an id of an OU does', [path(ROOT, 'ou-AB12-workload')]],
    ['the end of an id of an OU does', [path(ROOT, 'ou-ab12-WORKLOAD')]],
    ['it is empty', ['']],
  ])('is not known when %s', (_, paths) => {
    expect(pathOfListed(paths)).toBeUndefined();
  });
});
