import type { Operations } from '../../calls/call.ts';
import { READ_OPERATIONS } from './reads.ts';
import { WRITE_OPERATIONS } from './writes.ts';

export const ORGANIZATIONS_OPERATIONS: Operations<Readonly<Record<string, unknown>>> = {
  ...READ_OPERATIONS,
  ...WRITE_OPERATIONS,
};
