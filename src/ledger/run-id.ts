import { randomInt } from 'node:crypto';

/**
 * IDs sort by time, are part of object keys, and fit into a RoleSessionName (64 of `[\w+=,.@-]`):
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** For the help of commands. */
export const RUN_REFERENCE =
  'a run ID, the beginning of one, last, last-sweep, last-plan, last-undo or last-inventory';

export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

/**
 * An ID such as `20261127T225500Z-1a2b3c`. The first three hex digits are the milliseconds, so that the IDs
 * of one second sort by time too.
 * @param random returns three hex digits, so that two runs of one millisecond differ
 * @throws RangeError when it returns something else
 */
export function newRunId(now: Date, random: () => string): string {
  const second = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const milliseconds = now.getUTCMilliseconds().toString(16).padStart(3, '0');
  return checkedRunId(`${second}-${milliseconds}${random()}`);
}

/** When a run started, to the second. @throws RangeError when it is not a run ID */
export function runIdTime(id: string): Date {
  const afterYear = /(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*/;
  return new Date(checkedRunId(id).replace(afterYear, '-$1-$2T$3:$4:$5Z'));
}

/** @throws RangeError when it is not a run ID */
export function checkedRunId(id: string): string {
  if (!isRunId(id))
    throw new RangeError(`not a run ID such as 20261127T225500Z-1a2b3c: ${JSON.stringify(id)}`);
  return id;
}

/** Three hex digits for a new ID. */
export function randomDigits(): string {
  return randomInt(0x1000).toString(16).padStart(3, '0');
}
