import { generateOrganization } from '../sandbox/generator/generate.ts';
import { configFor, EXEMPT_TAG, type Setting } from './setting.ts';

/** Active keys of users who are not exempt, each in another account of the organization of a setting. */
export function leakedKeys({ accounts, users }: Setting, count: number): string[] {
  // The same seed gives the same organization as in the process of the sandbox.
  const { organization } = generateOrganization({ accounts, usersPerAccount: users, troubles: 'none' });
  const { name } = configFor().rotationRole;
  const found = organization.accounts.list().flatMap(({ id, state, roles }) => {
    const keys = organization
      .keysOf(id)
      .filter(({ status, user }) => status === 'Active' && user.tags?.get(EXEMPT_TAG.key) === undefined);
    return state === 'ACTIVE' && roles.get(name) !== undefined ? keys.slice(0, 1) : [];
  });
  return found.slice(0, count).map(({ accessKeyId }) => accessKeyId);
}
