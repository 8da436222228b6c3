import type { Operations } from '../../calls/call.ts';
import { CREDENTIAL_OPERATIONS } from './credentials.ts';
import { GROUP_OPERATIONS } from './groups.ts';
import { KEY_OPERATIONS } from './keys.ts';
import { ROLE_OPERATIONS } from './roles.ts';
import { USER_OPERATIONS } from './users.ts';

export const IAM_OPERATIONS: Operations<string | undefined> = {
  ...USER_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...KEY_OPERATIONS,
  ...CREDENTIAL_OPERATIONS,
  ...ROLE_OPERATIONS,
};
