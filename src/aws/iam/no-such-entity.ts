import { NoSuchEntityException } from '@aws-sdk/client-iam';

import { CallFailedError } from '../errors.ts';

/** Whether IAM said that the group, user, key or password does not exist. */
export function isNoSuchEntity(error: unknown): boolean {
  return error instanceof CallFailedError && error.cause instanceof NoSuchEntityException;
}

/**
 * Collects a list. That its owner does not exist is believed on the first page only: on a later one it
 * contradicts the first, and half a list must not count as none.
 * @returns undefined when IAM says so
 * @throws CallFailedError
 */
export async function listOrAbsent<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[] | undefined> {
  const items: Item[] = [];
  let first = true;
  try {
    for await (const page of pages) {
      first = false;
      items.push(...itemsOf(page));
    }
  } catch (error) {
    if (first && isNoSuchEntity(error)) return undefined;
    throw error;
  }
  return items;
}
