import { ASSUME_ROLE, LIST_ACCOUNTS, LIST_TAGS, type Bucket } from '../src/aws/rate-limit.ts';
import { CALLS_PER_ACCOUNT, MOST_ACCOUNTS, type Setting } from './setting.ts';
import type { Work } from './truth.ts';

/** Seconds below which no sweep can be: the largest of these. The sources are in docs/scale.md. */
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
  /** Of the same list before the accounts are written to. */
  readonly pagesAgain: number;
  /** Accounts whose tags are asked for one by one. */
  readonly tagReads: number;
  /** Accounts that are asked for by themselves before they are written to. */
  readonly describes: number;
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

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits */
export const DESCRIBE_ACCOUNT: Bucket = { perSecond: 20, burst: 30 };

/** By quotas, latency and width alone: the processor takes no time. */
export function lowerBound(load: Load): Bound {
  const { pages, pagesAgain, tagReads, describes, sessions, calls, inFlight, inARow, latency } = load;
  return boundOf({
    // One page names the next, so they come one after the other.
    list: Math.max(pages * latency, through(pages + pagesAgain, LIST_ACCOUNTS)),
    tags: through(tagReads, LIST_TAGS),
    describe: through(describes, DESCRIBE_ACCOUNT),
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

/** The calls without which a sweep cannot keep its promises, by what they are for. */
export interface Calls {
  /** Who am I, which organization, and its accounts, twenty a page. */
  readonly organization: number;
  /** A session for each target, its groups, each user's keys, and the tags of users who would lose one. */
  readonly plan: Steps;
  /**
   * Once more for the accounts that are written to, and their users with due keys, because a plan is old by
   * then: docs/adr/0019-decide-at-the-write.md
   */
  readonly again: Steps & { readonly describes: number; readonly pages: number };
  /** In sessions that read nothing: docs/adr/0002-two-sessions.md */
  readonly write: { readonly sessions: number; readonly writes: number };
}

interface Steps {
  readonly sessions: number;
  readonly reads: number;
}

export function neededCalls({ accounts }: Setting, groups: number, work: Work): Calls {
  const { targets, users, tagged, keptByTag, written, lastWritten, batches, readAgain, due } = work;
  return {
    organization: 2 + pagesOf(accounts),
    // The groups say, too, whether the name of who keeps keys by a tag is another user's now.
    plan: { sessions: targets, reads: (targets + keptByTag) * groups + users + tagged },
    again: {
      ...organizationAgain(written, lastWritten, accounts),
      ...{ sessions: written, reads: batches * groups + 2 * readAgain },
    },
    write: { sessions: batches, writes: due },
  };
}

/**
 * As many accounts are described as AWS answers at once, and the others, unless they are few, are found in
 * the list, of which no page is needed after theirs. A page counts for some minutes only, but none is read
 * twice here: each is asked for when the first of its accounts is about to be written to.
 */
export function organizationAgain(written: number, lastWritten: number, accounts: number) {
  const { burst, perSecond } = DESCRIBE_ACCOUNT;
  const listed = ACCOUNTS_PER_PAGE * LIST_ACCOUNTS.perSecond;
  // The management account is listed too.
  if ((written - burst) / perSecond <= (accounts + 1) / listed) return { describes: written, pages: 0 };
  return { describes: burst, pages: Math.ceil(lastWritten / ACCOUNTS_PER_PAGE) };
}

export function totalOf({ organization, ...inAccounts }: Calls): number {
  return organization + totalInAccounts(inAccounts);
}

export function loadOf({ accounts, latency }: Setting, { targets }: Work, calls: Calls): Load {
  const { plan, again, write } = calls;
  return {
    pages: pagesOf(accounts),
    pagesAgain: again.pages,
    tagReads: 0,
    describes: again.describes,
    sessions: plan.sessions + again.sessions + write.sessions,
    calls: totalInAccounts(calls),
    inFlight: MOST_ACCOUNTS * CALLS_PER_ACCOUNT,
    // Three sessions and the account itself; groups, keys, tags and writes some at a time.
    inARow: 4 + (plan.reads + again.reads + write.writes) / targets / CALLS_PER_ACCOUNT,
    latency: latency / 1000,
  };
}

function totalInAccounts({ plan, again, write }: Omit<Calls, 'organization'>): number {
  return plan.sessions + plan.reads + totalAgain({ again }) + write.sessions + write.writes;
}

export function totalAgain({ again }: Pick<Calls, 'again'>): number {
  return again.describes + again.pages + again.sessions + again.reads;
}

/** The management account is listed too. */
function pagesOf(accounts: number): number {
  return Math.ceil((accounts + 1) / ACCOUNTS_PER_PAGE);
}
