import type { RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun, StoredWrite } from '../ledger/stored-run.ts';
import type { RunFailure } from './events.ts';
import { REASON_MEANINGS } from './explain.ts';
import { countNotCovered, isCovered, outcomeOf } from './not-covered.ts';
import { printable } from './printable.ts';
import type { Recipient } from './recipients.ts';
import { countUpcoming, upcoming, type UpcomingAccount } from './upcoming.ts';
import { plural } from './words.ts';

/** Plain text for SNS or mail. */
export interface Message {
  /** At most 100 characters of ASCII: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
  readonly subject: string;
  readonly body: string;
}

/** SNS takes 256 KB, including the subject. Lines that do not fit are counted. */
const BODY_BYTES = 250_000;

/** Before a sweep, for operators: what it will revoke, and when. */
export function noticeMessage(run: StoredRun, sweepAt: Date, timezone: string): Message {
  const accounts = upcoming(run);
  const { accounts: affected, users, keys } = countUpcoming(accounts);
  const { runId, organizationId } = run.started;
  const what = keys === 0 ? 'no access keys' : plural(keys, 'access key');
  const exceeded = (run.limits?.exceeded ?? []).map((limit) => limit.message);
  const warnings = (run.summary?.warnings ?? []).filter((warning) => !exceeded.includes(warning));
  const whose = keys === 0 ? '' : ` of ${plural(users, 'user')} in ${plural(affected, 'account')}`;
  return message(
    `keysweep will revoke ${what} on ${day(sweepAt, timezone)}`,
    [
      `On ${moment(sweepAt, timezone)} keysweep will revoke ${what}${whose}.`,
      'It may include keys and group members that are added before then.',
      '',
      ...block('But a limit would stop this sweep, so it would revoke nothing:', indented(exceeded)),
      ...block('Warnings', indented(warnings)),
      ...accounts.flatMap(accountLines),
      ...block('Not included, because these accounts could not be read completely:', notCoveredLines(run)),
    ],
    `Details: keysweep show ${runId} (organization ${organizationId})`,
  );
}

function accountLines({ account, users }: UpcomingAccount): string[] {
  if (users.length === 0) return [];
  const lines = users.flatMap(({ userName, keys }) => [
    `  ${printable(userName)}`,
    ...keys.map(
      ({ accessKeyId, action, reason, createDate }) =>
        `    ${accessKeyId}  ${action}  ${REASON_MEANINGS[reason]}, ` +
        `created ${createDate.toISOString().slice(0, 10)}`,
    ),
  ]);
  return [`${account.id}  ${printable(account.name)}`, ...lines, ''];
}

function notCoveredLines({ accounts }: StoredRun): string[] {
  const bad = [...accounts.values()].filter((account) => !isCovered(account));
  return indented(
    bad.map((stored) => {
      const { account, finished } = stored;
      return `${account.id}  ${account.name}  ${outcomeOf(stored)}${finished ? `: ${finished.reason}` : ''}`;
    }),
  );
}

/** Before a sweep, for one person: which of their keys it will revoke, and what to do. */
export function personalMessage(
  { revocations }: Recipient,
  { started: { runId, organizationId } }: StoredRun,
  sweepAt: Date,
  timezone: string,
): Message {
  const isOne = revocations.length === 1;
  const which = isOne ? 'your AWS access key' : `${revocations.length} of your AWS access keys`;
  const isDeleted = revocations.some(({ key }) => key.action === 'delete');
  const lines = revocations.map(
    ({ account, userName, key }) =>
      `${key.accessKeyId}  of user ${userName} in account ${account.name} (${account.id}): ` +
      `${key.action} (${REASON_MEANINGS[key.reason]})`,
  );
  return message(
    `keysweep will revoke ${which} on ${day(sweepAt, timezone)}`,
    [
      'Hello,',
      '',
      `on ${moment(sweepAt, timezone)} keysweep will revoke ${which}:`,
      '',
      ...indented(lines),
      '',
      `After that, anything that uses ${isOne ? 'this key' : 'these keys'} loses access to AWS.`,
      ...(isDeleted ? ['A deleted key cannot be restored.'] : []),
      'If you still need a key, create a new one after that: sign in to the AWS console and open IAM, Users,',
      'your user, Security credentials. If a program uses the key, move it to an IAM role, or contact the',
      'people who run keysweep before then.',
      '',
    ],
    'You receive this mail because your address is in a tag of the IAM user.\n' +
      `Organization ${organizationId}, run ${runId}.`,
  );
}

/** After a sweep, for operators: how it ended and what it did. */
export function sweepMessage(run: StoredRun, summary: RunSummary): Message {
  const { verdict, runId, organizationId, accountsListed, keys } = summary;
  const missed = countNotCovered(summary);
  const done = `${plural(keys.deactivated, 'key')} deactivated, ${keys.deleted} deleted`;
  const result = {
    ok: `sweep ok: ${done}`,
    incomplete: `SWEEP INCOMPLETE: ${missed} of ${plural(accountsListed, 'account')} not covered, ${done}`,
    stopped: 'SWEEP STOPPED by a limit, nothing was revoked',
    cancelled: 'SWEEP CANCELLED, nothing was revoked',
  }[verdict];
  const accounts = [...run.accounts.values()];
  return message(
    `keysweep: ${result}`,
    [
      `Organization ${organizationId}${summary.filtered ? ' (part of the accounts)' : ''}, ` +
        `${summary.startedAt} to ${summary.finishedAt}.`,
      `${plural(accountsListed, 'account')} listed, ${missed} not covered; ` +
        `${plural(keys.seen, 'key')} seen, ${keys.due} due, ${done}, ${keys.failed} failed or unconfirmed.`,
      '',
      ...block('Limits exceeded', indented(summary.limitsExceeded.map((limit) => limit.message))),
      ...block('Problems', indented(summary.problems)),
      ...block('Warnings', indented(summary.warnings)),
      ...block('Not covered', notCoveredLines(run)),
      ...block('Revoked', accounts.flatMap(revokedLines)),
    ],
    `Details: keysweep show ${runId}`,
  );
}

/** After an undo or a lift, for operators: who did it, why, and to which keys. */
export function restoreMessage(run: StoredRun, { verdict, runId, problems }: RunSummary): Message {
  const { mode, caller, reason = 'none given', organizationId, undoOf } = run.started;
  const of = undoOf === undefined ? '' : ` of run ${undoOf}`;
  return message(
    `keysweep: ${mode} ${verdict === 'ok' ? 'ok' : verdict.toUpperCase()}, by ${caller.replace(/^.*\//, '')}`,
    [
      `A ${mode}${of} in organization ${organizationId} by ${printable(caller)}.`,
      `Reason: ${printable(reason)}`,
      '',
      ...block('Problems', indented(problems)),
      ...block(
        'Keys',
        [...run.accounts.values()].flatMap((account) => keyLinesOf(account, () => true)),
      ),
    ],
    `Details: keysweep show ${runId}`,
  );
}

function revokedLines(account: StoredAccount): string[] {
  return keyLinesOf(account, ({ outcome }) => outcome === 'deactivated' || outcome === 'deleted');
}

function keyLinesOf({ account, writes }: StoredAccount, which: (write: StoredWrite) => boolean): string[] {
  const revoked = [...writes.values()].filter(which);
  if (revoked.length === 0) return [];
  return [
    `  ${account.id}  ${printable(account.name)}`,
    ...revoked.map(
      ({ userName, accessKeyId, outcome }) => `    ${accessKeyId}  ${printable(userName)}  ${outcome}`,
    ),
  ];
}

/** For a run that was interrupted or did not run. */
export function failureMessage({ reason, runId, scheduledFor, problem }: RunFailure): Message {
  const result = {
    interrupted: 'SWEEP INTERRUPTED',
    'did-not-run': 'SWEEP DID NOT RUN',
    unfinished: 'SWEEP UNFINISHED',
  }[reason];
  return message(
    `keysweep: ${result}${scheduledFor === undefined ? '' : `, scheduled for ${scheduledFor}`}`,
    [printable(problem), ''],
    runId === undefined
      ? 'Details: the log of the Lambda. keysweep runs lists the runs in the ledger.'
      : `Details: keysweep show ${runId}`,
  );
}

/** After leaked keys were reported, for operators: whose they are, and whether they still work. */
export function leakMessage(
  { reason, live, deactivated, problems, runId }: LeakHandled,
  keys: string,
): Message {
  const done = deactivated === 0 ? '' : `${plural(deactivated, 'leaked key')} deactivated`;
  const left = live === 0 ? '' : `${plural(live, 'LEAKED KEY')} STILL LIVE`;
  const result = [left, done].filter((part) => part !== '').join(', ');
  return message(
    `keysweep: ${result === '' ? 'leaked keys reported, none is live' : result}`,
    [
      `Reported by ${printable(reason)}`,
      '',
      ...block('Problems', indented(problems)),
      ...keys.split('\n'),
      '',
    ],
    runId === undefined ? 'Details: the log of the Lambda.' : `Details: keysweep show ${runId}`,
  );
}

export interface LeakHandled {
  /** Who reported the keys, and why. */
  readonly reason: string;
  /** Keys that work or may work. */
  readonly live: number;
  readonly deactivated: number;
  readonly problems: readonly string[];
  readonly runId: string | undefined;
}

function indented(texts: readonly string[]): string[] {
  return texts.map((text) => `  ${printable(text)}`);
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

/** @param end stays even if lines before it are omitted */
function message(subject: string, lines: readonly string[], end: string): Message {
  let room = BODY_BYTES - bytes(end);
  const shown = lines.findIndex((line) => (room -= bytes(line) + 1) < 0);
  const left = shown === -1 ? [] : [`... and ${lines.length - shown} more lines, omitted here.`, ''];
  const kept = shown === -1 ? lines : lines.slice(0, shown);
  return { subject: asciiOf(subject).slice(0, 100), body: [...kept, ...left, end, ''].join('\n') };
}

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
}

/** SNS rejects a subject with line breaks or other than ASCII. */
function asciiOf(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** Friday, 27 November 2026 at 23:55 (Europe/Berlin) */
function moment(at: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  return `${day(at, timeZone)} at ${time.format(at)} (${timeZone})`;
}

function day(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  });
  return parts.format(at).replace(',', '');
}
