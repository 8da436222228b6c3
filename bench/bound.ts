import type { Work } from './contender.ts';
import { MOST_ACCOUNTS, type Setting } from './setting.ts';

/** Seconds below which no sweep of this organization can be: the largest of these. The sources stand in docs/scale.md. */
export interface Bound {
  readonly terms: Readonly<Record<'list' | 'sessions' | 'latency' | 'processor' | 'account', number>>;
  readonly seconds: number;
  /** The term that binds. */
  readonly by: string;
}

const CALLS_PER_ACCOUNT = 4;
const ACCOUNTS_PER_PAGE = 20;

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits */
const LIST_ACCOUNTS = { perSecond: 8, burst: 12 };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const STS_PER_SECOND = 600;

/**
 * @param calls that the sweep cannot do without
 * @param cpuPerCall seconds of one processor that the SDK alone takes for a call
 */
export function lowerBound(
  { accounts, latency }: Setting,
  work: Work,
  calls: Calls,
  cpuPerCall: number,
): Bound {
  const seconds = latency / 1000;
  const pages = Math.ceil((accounts + 1) / ACCOUNTS_PER_PAGE);
  const inAccounts = calls.sessions + calls.secondSessions + calls.reads + calls.writes;
  const terms = {
    // One page names the next, so they come one after the other.
    list: Math.max(pages * seconds, (pages - LIST_ACCOUNTS.burst) / LIST_ACCOUNTS.perSecond),
    sessions: (calls.sessions + calls.secondSessions - STS_PER_SECOND) / STS_PER_SECOND,
    latency: (inAccounts * seconds) / (MOST_ACCOUNTS * CALLS_PER_ACCOUNT),
    processor: totalOf(calls) * cpuPerCall,
    // One account alone: session, groups, each user's keys and tags, session, writes.
    account: seconds * (3 + (calls.reads / work.targets + calls.writes / work.targets) / CALLS_PER_ACCOUNT),
  };
  const [by, most] = Object.entries(terms).reduce((a, b) => (b[1] > a[1] ? b : a));
  return { terms, seconds: most, by };
}

/** The calls without which a sweep cannot be, by what they are for. */
export interface Calls {
  /** Who am I, which organization, and its accounts, twenty a page. */
  readonly organization: number;
  /** A session for each target. */
  readonly sessions: number;
  /** A second one for each target that is written to, so that no session both reads and writes: docs/adr/0002-two-sessions.md */
  readonly secondSessions: number;
  /** The groups, each user's keys, and the tags of users who would lose one. */
  readonly reads: number;
  readonly writes: number;
}

export function fewestCalls({ accounts }: Setting, groups: number, work: Work): Calls {
  return {
    organization: 2 + Math.ceil((accounts + 1) / ACCOUNTS_PER_PAGE),
    sessions: work.targets,
    secondSessions: work.written,
    reads: work.targets * groups + work.users + work.tagged,
    writes: work.due,
  };
}

export function totalOf({ organization, sessions, secondSessions, reads, writes }: Calls): number {
  return organization + sessions + secondSessions + reads + writes;
}
