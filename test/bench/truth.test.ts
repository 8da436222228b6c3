import { expect, it } from 'vitest';

import { truthOf } from '../../bench/truth.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';

function smallOrganization(): SandboxOrganization {
  const organization = new SandboxOrganization();
  const { id: account } = organization.addAccount();
  const groups = ['Developers'];
  const inactive = { status: 'Inactive' };
  organization.addUser({
    account,
    userName: 'ada',
    groups: [...groups, 'Administrators'],
    keys: [{}, inactive],
  });
  organization.addUser({ account, userName: 'bob', groups, keys: [{}], tags: { keysweep: 'exempt' } });
  organization.addUser({ account, userName: 'cyd', groups, keys: [inactive] });
  organization.addUser({ account, userName: 'dan', groups: ['ReadOnly'], keys: [{}] });
  const { id: quiet } = organization.addAccount();
  organization.addUser({ account: quiet, userName: 'eve', groups });
  const { id: suspended } = organization.addAccount({ state: 'SUSPENDED' });
  organization.addUser({ account: suspended, userName: 'fay', groups, keys: [{}] });
  organization.addUser({ account: organization.managementAccount, userName: 'gus', groups, keys: [{}] });
  return organization;
}

const ACCOUNT = '100000000001';

it('knows what there is to do without asking keysweep', () => {
  const { work, left } = truthOf(smallOrganization());
  expect(work).toEqual({
    targets: 2,
    users: 4,
    tagged: 2,
    due: 1,
    written: 1,
    lastWritten: 1,
    ...{
      keptByTag: 1,
      batches: 1,
      readAgain: 1,
    },
  });
  expect(left()).toEqual({ due: 1, othersTouched: 0 });
});

it('counts a user whose keys are in two batches of writes once for each', () => {
  const organization = new SandboxOrganization();
  const { id: account } = organization.addAccount();
  for (let number = 10; number < 26; number += 1)
    organization.addUser({ account, userName: `user-${number}`, groups: ['Developers'], keys: [{}, {}] });
  expect(truthOf(organization).work).toMatchObject({ users: 16, due: 32, batches: 2, readAgain: 17 });
});

it('tells a due key that was deactivated from others that were touched or are gone', () => {
  const organization = smallOrganization();
  const { left } = truthOf(organization);
  const [due, older, exempt] = organization.keysOf(ACCOUNT);
  if (!due || !older || !exempt) throw new Error('keys are missing');
  due.status = 'Inactive';
  expect(left()).toEqual({ due: 0, othersTouched: 0 });
  exempt.status = 'Inactive';
  organization.account(ACCOUNT).deleteKey(older);
  expect(left()).toEqual({ due: 0, othersTouched: 2 });
});
