import type { CallRecord } from '../../../sandbox/server/call-log.ts';
import type { NamedCall } from '../../../sandbox/wire/request.ts';
import type { Planned } from '../model.ts';
import { judged, isAmong, type ModelKey, type Remembered } from '../model-keys.ts';
import { leftOut, settingsOf } from '../model-scope.ts';
import type { Stage } from '../stage.ts';
import type { Facts, UserFacts } from '../story.ts';
import type { Journal, Sight } from './journal.ts';
import type { Present } from './present.ts';
import { sightsOf, type Sights } from './sights.ts';

/** A call that changes a key, or would. */
export interface SentWrite {
  readonly call: NamedCall;
  readonly accessKeyId: string;
  /** The organization when it was received. */
  readonly before: Present;
  readonly at: number;
  /** When its intent was stored; undefined: it was not. */
  readonly intendedAt: number | undefined;
  /** The number of the first answer by which it may go. */
  readonly readSince: number;
}

export interface Write extends SentWrite {
  readonly record: CallRecord;
}

/** By what a write is judged, besides what was read. */
export interface Asked {
  readonly facts: Facts;
  readonly memory: ReadonlyMap<string, Remembered>;
  /** An undo: the keys that the sweep deactivated. */
  readonly restorable?: ReadonlySet<string> | undefined;
  /** A plan that is applied: what it would do, by access key ID. */
  readonly only?: ReadonlyMap<string, Planned> | undefined;
}

export interface Objection {
  readonly kind: string;
  readonly story: string;
}

/** limits.maxDecisionAgeMinutes. */
const MAX_AGE = 5 * 60_000;

type Action = 'deactivate' | 'delete' | 'reactivate';

export function actionOf({ call }: SentWrite): Action {
  if (call.name === 'DeleteAccessKey') return 'delete';
  return call.parameters.Status === 'Active' ? 'reactivate' : 'deactivate';
}

/** Why the write must not have been sent: by what was last read about each fact, and by how it was read. */
export function objectionTo(
  write: SentWrite,
  journal: Journal,
  stage: Stage,
  asked: Asked,
): Objection | undefined {
  const { accessKeyId, before } = write;
  const key = before.keys.get(accessKeyId);
  // Nothing happens to a key that is gone, or of another user.
  if (key?.user.userName.toLowerCase() !== String(write.call.parameters.UserName).toLowerCase())
    return undefined;
  const action = actionOf(write);
  const kind = asked.restorable
    ? againstUndo(key, action, journal, stage, asked.restorable)
    : againstSweep(write, key, action, journal, stage, asked);
  const story = `${action} ${accessKeyId} of ${key.user.userName} in account ${key.account}`;
  return kind === undefined ? undefined : { kind, story };
}

function againstSweep(
  write: SentWrite,
  key: ModelKey,
  action: Action,
  journal: Journal,
  stage: Stage,
  asked: Asked,
): string | undefined {
  const { only } = asked;
  const { operator } = stage.built;
  const by = { ...asked, ownKey: operator.accessKeyId, now: write.at };
  if (only && only.get(key.accessKeyId)?.decision !== action) return 'not in the plan';
  const sights = sightsOf(key, journal, stage, asked.facts, write.readSince);
  const wrong = reasonAgainst(sights.facts, sights.user, sights.keys, key, action, by);
  if (wrong !== undefined) return `by what was read: ${wrong}`;
  const now = { ...write.before.facts, filters: asked.facts.filters };
  const present = [...write.before.keys.values()].filter(({ user }) => user.userName === key.user.userName);
  const late = reasonAgainst(now, key.user, present, key, action, by);
  return sights.unread.length + sights.once.length > 0 && late !== undefined
    ? `changed and not read again: ${late}`
    : notRead(sights, write);
}

/** Facts that were not read, not again before the write, or too long before. */
function notRead({ unread, once, all }: Sights, { intendedAt = -Infinity }: SentWrite): string | undefined {
  if (intendedAt === -Infinity) return 'without a stored intent';
  if (unread.length > 0) return `never read: ${unread.join(', ')}`;
  if (once.length > 0) return `not read again: ${once.join(', ')}`;
  const old = all.filter(([, { at }]) => intendedAt - at > MAX_AGE).map(([name]) => name);
  return old.length > 0 ? `read too long ago: ${old.join(', ')}` : undefined;
}

interface By {
  readonly memory: Asked['memory'];
  readonly ownKey: string;
  readonly now: number;
}

/** Why the model keeps a key, or does something else to it. */
function reasonAgainst(
  facts: Facts,
  user: UserFacts,
  keys: readonly ModelKey[],
  { account, accessKeyId }: ModelKey,
  action: Action,
  { memory, ownKey, now }: By,
): string | undefined {
  const undenied = { ...facts, denials: [] };
  const out = facts.accounts[account]!.away ? 'has left' : leftOut(undenied, account, now);
  if (out !== undefined) return out;
  const settings = settingsOf(undenied, account);
  if (!settings.armed) return 'not armed';
  if (!user.groups.some((group) => isAmong(group, settings.groups))) return 'not a member';
  if (user.groups.some((group) => isAmong(group, settings.exemptGroups))) return 'in an exempt group';
  const verdict = judged(account, user, keys, { facts: undenied, settings, memory, ownKey, now });
  const decision = typeof verdict === 'string' ? verdict : (verdict.get(accessKeyId) ?? 'no such key');
  if (decision === action) return undefined;
  const status = keys.find((key) => key.accessKeyId === accessKeyId)?.status ?? 'unknown';
  const tags = JSON.stringify(user.tags);
  return `${decision}: ${status}, tags ${tags}, ${user.console ? 'with' : 'without'} password`;
}

function againstUndo(
  { accessKeyId, account }: ModelKey,
  action: Action,
  journal: Journal,
  { built }: Stage,
  restorable: ReadonlySet<string>,
): string | undefined {
  if (action !== 'reactivate') return `an undo that would ${action}`;
  if (!restorable.has(accessKeyId)) return 'not a key of the sweep';
  const owner = built.accounts[account]!;
  const user = owner.keys.get(accessKeyId)!.user;
  const keys: Sight<ReadonlyMap<string, string>> | undefined = journal.of('keys', owner.idOf('AIDA', user));
  const status = keys?.value.get(accessKeyId) ?? 'never read';
  return status === 'Inactive' ? undefined : `by what was read: ${status}`;
}
