import type { KeysDescribed } from '../sweep/leak/describe-keys.ts';
import type { KeysweepEvent } from './event-schemas.ts';

type LeakEvent = Extract<KeysweepEvent, { detailType: 'Leaked Access Key Found' }>;
export type FoundKey = LeakEvent['detail'];
type About = Pick<FoundKey, 'organizationId' | 'runId' | 'reason'>;

/** Of these, nobody has deactivated the key. */
const LIVE = new Set(['root-key', 'failed', 'own-key', 'session-key']);

/** One for each key that was reported. */
export function foundKeys({ keys, notFound }: KeysDescribed, about: About): FoundKey[] {
  return [
    ...keys.map(({ accessKeyId, status, account: { id, name }, owner: userName, lastUsed }): FoundKey => ({
      ...{ version: 1, ...about, accessKeyId, status, isLive: status === 'Active' },
      ...{ account: { id, name }, userName, ...(lastUsed && { lastUsed: lastUsed.toISOString() }) },
    })),
    ...notFound.map(({ accessKeyId, status, message }): FoundKey => {
      return { version: 1, ...about, accessKeyId, status, isLive: LIVE.has(status), message };
    }),
  ];
}

export function leakEvents(found: readonly FoundKey[]): LeakEvent[] {
  return found.map((detail) => ({ detailType: 'Leaked Access Key Found', detail }));
}
