import { ASSUME_ROLE, LIST_ACCOUNTS, LIST_TAGS, type Bucket } from '../src/aws/rate-limit.ts';
import { CALLS_PER_ACCOUNT, MOST_ACCOUNTS, type Setting } from './setting.ts';
import type { Work } from './truth.ts';

/** Seconds below which no sweep can be: the largest of these. The sources stand in docs/scale.md. */
export interface Bound {
  readonly terms: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The term that binds. */
  readonly by: string;
}

/** A sweep, as far as quotas, latency and width know it. */
export interface Load {
  /** Of the list of accounts. */
  readonly pages: number;
  /** Accounts whose tags are asked for one by one. */
  readonly tagReads: number;
  readonly sessions: number;
  /** Calls to and in the accounts, sessions among them. */
  readonly calls: number;
  readonly inFlight: number;
  /** Of the calls that one account needs, those that can only follow each other. */
  readonly inARow: number;
  /** Seconds. */
  readonly latency: number;
}

export const ACCOUNTS_PER_PAGE = 20;

/** By quotas, latency and width alone: the processor takes no time. */
export function lowerBound({ pages, tagReads, sessions, calls, inFlight, inARow, latency }: Load): Bound {
  return boundOf({
    // One page names the next, so they come one after the other.
    list: Math.max(pages * latency, through(pages, LIST_ACCOUNTS)),
    tags: through(tagReads, LIST_TAGS),
    sessions: through(sessions, ASSUME_ROLE),
    latency: (calls * latency) / inFlight,
    account: inARow * latency,
  });
}

/** @param seconds of the processors, all of them at work, that the calls take */
export function withProcessor({ terms }: Bound, seconds: number): Bound {
  return boundOf({ ...terms, processor: seconds });
}

/** How long a bucket takes to let so many calls through, when it was full. */
function through(calls: number, { perSecond, burst }: Bucket): number {
  return Math.max(0, calls - burst) / perSecond;
}

function boundOf(terms: Bound['terms']): Bound {
  const [by, seconds] = Object.entries(terms).reduce((a, b) => (b[1] > a[1] ? b : a));
  return { terms, seconds, by };
}

/** The calls without which a sweep cannot be, by what they are for. */
export interface Calls {
  /** Who am I, which organization, and its accounts, twenty a page. */
  readonly organization: number;
  /** A session for each target. */
  readonly sessions: number;
  /**
   * A second one for each target that is written to, so that no session both reads and writes:
   * docs/adr/0002-two-sessions.md
   */
  readonly secondSessions: number;
  /** The groups, each user's keys, and the tags of users who would lose one. */
  readonly reads: number;
  readonly writes: number;
}

export function fewestCalls({ accounts }: Setting, groups: number, work: Work): Calls {
  return {
    organization: 2 + pagesOf(accounts),
    sessions: work.targets,
    secondSessions: work.written,
    reads: work.targets * groups + work.users + work.tagged,
    writes: work.due,
  };
}

export function totalOf({ organization, ...inAccounts }: Calls): number {
  return organization + totalInAccounts(inAccounts);
}

export function loadOf({ accounts, latency }: Setting, { targets }: Work, calls: Calls): Load {
  const { sessions, secondSessions, reads, writes } = calls;
  return {
    pages: pagesOf(accounts),
    tagReads: 0,
    sessions: sessions + secondSessions,
    calls: totalInAccounts(calls),
    inFlight: MOST_ACCOUNTS * CALLS_PER_ACCOUNT,
    // Session, groups, each user's keys and tags, session, writes.
    inARow: 3 + (reads + writes) / targets / CALLS_PER_ACCOUNT,
    latency: latency / 1000,
  };
}

function totalInAccounts({ sessions, secondSessions, reads, writes }: Omit<Calls, 'organization'>): number {
  return sessions + secondSessions + reads + writes;
}

/** The management account is listed too. */
function pagesOf(accounts: number): number {
  return Math.ceil((accounts + 1) / ACCOUNTS_PER_PAGE);
}
