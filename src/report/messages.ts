import { isOk, OUTCOMES } from '../ledger/outcomes.ts';
import type { RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { RevokeReason } from '../rules/decision.ts';
import type { RunFailure } from './events.ts';
import type { Recipient } from './recipients.ts';
import { printable } from './printable.ts';
import { plural } from './words.ts';
import { countUpcoming, notRead, upcoming, type UpcomingAccount } from './upcoming.ts';

/** Plain text for people, by SNS or by mail. */
export interface Message {
  /** At most 100 characters of ASCII: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
  readonly subject: string;
  readonly body: string;
}

/** SNS takes 256 KB, subject and all. What does not fit is counted. */
const BODY_BYTES = 250_000;

const WHY: Readonly<Record<RevokeReason, string>> = {
  'maxKeyAgeDays is 0': 'every key goes at every sweep',
  'maxKeyAgeDays reached': 'older than the rules allow',
  'deleteAfterDays reached': 'inactive for long enough',
};

/** Before a sweep, for everybody: what it will revoke, and when. Pure. */
export function noticeMessage(run: StoredRun, sweepAt: Date, timezone: string): Message {
  const accounts = upcoming(run);
  const { accounts: affected, users, keys } = countUpcoming(accounts);
  const { runId, organizationId } = run.started;
  const revoked =
    keys === 0
      ? `no access key of organization ${organizationId}`
      : `${plural(keys, 'access key')} of ${plural(users, 'user')} in ${plural(affected, 'account')} of organization ${organizationId}`;
  return message(
    `keysweep: ${keys === 0 ? 'no access keys' : plural(keys, 'access key')} to be revoked on ${day(sweepAt, timezone)}`,
    [
      `On ${moment(sweepAt, timezone)} keysweep will revoke ${revoked}.`,
      'This is what is known now: keys and group members that come before then may come to it.',
      '',
      ...limitLines(run),
      ...accounts.flatMap(accountLines),
      ...notReadLines(run),
    ],
    `Details: keysweep show ${runId}`,
  );
}

function accountLines({ account, users }: UpcomingAccount): string[] {
  if (users.length === 0) return [];
  const lines = users.flatMap(({ userName, keys }) => [
    `  ${printable(userName)}`,
    ...keys.map(
      ({ accessKeyId, action, reason, createDate }) =>
        `    ${accessKeyId}  ${action}  made ${createDate.toISOString().slice(0, 10)}, ${WHY[reason]}`,
    ),
  ]);
  return [`${account.id}  ${printable(account.name)}`, ...lines, ''];
}

function limitLines({ limits }: StoredRun): string[] {
  if (!limits || limits.exceeded.length === 0) return [];
  return [
    'But a limit would stop that sweep, and then it revokes nothing until somebody has looked:',
    ...limits.exceeded.map(({ message: text }) => `  ${printable(text)}`),
    '',
  ];
}

function notReadLines(run: StoredRun): string[] {
  const missing = notRead(run);
  if (missing.length === 0) return [];
  return [
    `Not known, because ${plural(missing.length, 'account')} could not be read, or not wholly:`,
    ...missing.map(notCovered),
    '',
  ];
}

function notCovered({ account, finished }: StoredAccount): string {
  const why = finished ? `${finished.outcome}: ${printable(finished.reason)}` : 'without an end';
  return `  ${account.id}  ${printable(account.name)}  ${why}`;
}

/** Before a sweep, for one person: which of their keys go, and what to do. Pure. */
export function personalMessage(
  { revocations }: Recipient,
  { started: { runId, organizationId } }: StoredRun,
  sweepAt: Date,
  timezone: string,
): Message {
  const [only, ...others] = revocations;
  const which =
    only && others.length === 0 ? 'your AWS access key' : `${revocations.length} of your AWS access keys`;
  const deleted = revocations.some(({ key }) => key.action === 'delete');
  const lines = revocations.map(
    ({ account, userName, key }) =>
      `  ${key.accessKeyId}  of user ${printable(userName)} in account ${printable(account.name)} (${account.id}): ` +
      `${key.action === 'delete' ? 'deleted' : 'deactivated'}, ${WHY[key.reason]}`,
  );
  return message(
    `keysweep will revoke ${which} on ${day(sweepAt, timezone)}`,
    [
      'Hello,',
      '',
      `on ${moment(sweepAt, timezone)} keysweep will revoke ${which}:`,
      '',
      ...lines,
      '',
      `From then on nothing that uses ${revocations.length === 1 ? 'this key' : 'these keys'} gets into AWS any more${deleted ? '; a deleted key cannot be brought back' : ''}.`,
      'If you still need a key afterwards, sign in to the AWS console and make a new one: IAM, Users, your user, Security',
      'credentials. If a program depends on it, move it to a role, or speak to those who run keysweep before then.',
      '',
    ],
    `You get this because a tag of ${revocations.length === 1 ? 'this user' : 'these users'} holds your address. Organization ${organizationId}, run ${runId}.`,
  );
}

/** After a sweep, for everybody: how it ended and what it did. Pure. */
export function sweepMessage(run: StoredRun, summary: RunSummary): Message {
  const { verdict, runId, organizationId, accountsListed, keys } = summary;
  const missed = OUTCOMES.bad.reduce((sum, outcome) => sum + (summary.accounts[outcome] ?? 0), 0);
  const done = `${plural(keys.deactivated, 'key')} deactivated, ${keys.deleted} deleted`;
  const said = {
    ok: `sweep ok: ${done}`,
    incomplete: `SWEEP INCOMPLETE: ${missed} of ${plural(accountsListed, 'account')} not covered, ${done}`,
    stopped: 'SWEEP STOPPED by a limit, nothing was revoked',
  }[verdict];
  const accounts = [...run.accounts.values()];
  const bad = accounts.filter(({ finished }) => !finished || !isOk(finished.outcome));
  return message(
    `keysweep: ${said}`,
    [
      `The sweep of organization ${organizationId}${summary.filtered ? ' (some accounts only)' : ''}, ${summary.startedAt} to ${summary.finishedAt}.`,
      `${plural(accountsListed, 'account')} listed, ${missed} not covered; ${plural(keys.seen, 'key')} seen, ${keys.due} due, ${done}, ${keys.failed} failed or in doubt.`,
      '',
      ...block(
        'Limits exceeded',
        summary.limitsExceeded.map(({ message: text }) => `  ${printable(text)}`),
      ),
      ...block(
        'Problems',
        summary.problems.map((text) => `  ${printable(text)}`),
      ),
      ...block('Not covered', bad.map(notCovered)),
      ...block('Revoked', accounts.flatMap(revokedLines)),
      ...block(
        'Warnings',
        summary.warnings.map((text) => `  ${printable(text)}`),
      ),
    ],
    `Details: keysweep show ${runId}`,
  );
}

function revokedLines({ account, writes }: StoredAccount): string[] {
  const revoked = [...writes.values()].filter(
    ({ outcome }) => outcome === 'deactivated' || outcome === 'deleted',
  );
  if (revoked.length === 0) return [];
  return [
    `  ${account.id}  ${printable(account.name)}`,
    ...revoked.map(
      ({ userName, accessKeyId, outcome }) => `    ${accessKeyId}  ${printable(userName)}  ${outcome}`,
    ),
  ];
}

/** Of a run that broke off, or that did not come. Pure. */
export function failureMessage({ reason, runId, scheduledFor, problem }: RunFailure): Message {
  const said = {
    'broke-off': 'THE SWEEP BROKE OFF',
    'did-not-run': 'THE SWEEP DID NOT RUN',
    unfinished: 'THE SWEEP HAS NO END',
  }[reason];
  return message(
    `keysweep: ${said}${scheduledFor === undefined ? '' : `, scheduled for ${scheduledFor}`}`,
    [printable(problem), ''],
    runId === undefined
      ? 'keysweep runs lists what there is; the log of the Lambda says more.'
      : `Details: keysweep show ${runId}`,
  );
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

/** @param end is told whatever is left out before it */
function message(subject: string, lines: readonly string[], end: string): Message {
  let room = BODY_BYTES - bytes(end);
  const shown = lines.findIndex((line) => (room -= bytes(line) + 1) < 0);
  const left = shown === -1 ? [] : [`... and ${lines.length - shown} more lines, left out here.`, ''];
  const kept = shown === -1 ? lines : lines.slice(0, shown);
  return { subject: asciiOf(subject).slice(0, 100), body: [...kept, ...left, end, ''].join('\n') };
}

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
}

/** A subject must begin with a letter, a digit or punctuation, and hold no line break; ours begin with a letter. */
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
