import { NoSuchEntityException } from '@aws-sdk/client-iam';

import { CallFailedError } from '../errors.ts';

/** Whether IAM said that the group, user, key or password does not exist. */
export function isNoSuchEntity(error: unknown): boolean {
  return error instanceof CallFailedError && error.cause instanceof NoSuchEntityException;
}
