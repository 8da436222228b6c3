import { calling } from '../../aws/calling.ts';
import { hasCode } from '../../aws/errors.ts';

/** @param missing the error code that means that it does not exist @throws CallFailedError */
export async function ifExists<Answer>(
  missing: string,
  call: string,
  answer: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await calling(call, answer);
  } catch (error) {
    if (hasCode(error, missing)) return undefined;
    throw error;
  }
}
