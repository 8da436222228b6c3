import type { Harm } from './harm.ts';
import type { Site } from './site.ts';
import { DUE } from './world.ts';

/** Keys as `account/user`: nobody has more than one. */
export interface Allowed {
  /** A write to any other key is wrong. */
  readonly may: ReadonlySet<string>;
  /** What a sweep that does not give up early gets done. */
  readonly must: ReadonlySet<string>;
  /** What may be left without anybody being told: nothing gave it away, or it is due no more. */
  readonly silently: ReadonlySet<string>;
}

const ALL = new Set(DUE);
const NONE: ReadonlySet<string> = new Set();

/**
 * The whole of what a cell may do, from what hangs on the call and nothing else: it knows no code of
 * keysweep.
 */
export function allowedIn(site: Site, harm: Harm): Allowed {
  if (harm.beyondDeadline) return whenLate(site);
  const spared = harm.change?.(site)?.spares ?? [];
  if (spared.length > 0) {
    const must = new Set(DUE.filter((key) => !spared.includes(key)));
    // What changes while it is read for the last time may be seen, or not.
    return { may: site.phase === 'writing' ? ALL : must, must, silently: new Set(spared) };
  }
  if (harm.heals(site)) return both(site.isLost ? whenFailed(site) : ALL);
  if (site.isAskedByAll && isLasting(site, harm)) return both(NONE);
  const isUnnoticed = harm.unnoticed?.(site) ?? false;
  if (harm.misleads?.(site) || (isUnnoticed && site.isAskedByAll))
    return { may: ALL, must: NONE, silently: isUnnoticed ? ALL : NONE };
  const must = isUnnoticed ? whenNoticedLater(site) : whenFailed(site);
  const rest = new Set(DUE.filter((key) => !must.has(key)));
  const silently = isUnnoticed ? rest : NONE;
  const isOpen = harm.perhaps?.(site) ?? (silently.size > 0 || site.governs.what === 'write');
  return { may: isOpen ? ALL : must, must, silently };
}

const isLasting = (site: Site, harm: Harm): boolean =>
  harm.faults(site).some(({ occurrence }) => typeof occurrence === 'object' && occurrence.to === Infinity);

/** That the ledger has changed since it was read, a run notices when it stores the next, and ends. */
function whenNoticedLater(site: Site): ReadonlySet<string> {
  const { service, governs } = site;
  if (service !== 's3' || governs.what !== 'account') return whenFailed(site);
  return new Set(DUE.filter((key) => key < governs.account));
}

/** The keys that do not hang on the call. */
function whenFailed({ governs }: Site): ReadonlySet<string> {
  switch (governs.what) {
    case 'nothing':
      return ALL;
    case 'run':
      return NONE;
    case 'later':
      return new Set(DUE.filter((key) => key < `${governs.account}/~`));
    case 'account':
      return without(`${governs.account}/`);
    case 'user':
    case 'write':
      return without(`${governs.account}/${governs.userName}`);
  }
}

/** The same of a sweep in steps, one after the other, each of which has its own time. */
export function allowedInSteps(site: Site, harm: Harm): Allowed {
  return harm.beyondDeadline ? whenAStepIsLate(site) : allowedIn(site, harm);
}

/** What is read of all accounts before any is planned. */
const SURVEY = ['ListAccountsForParent', 'ListTagsForResource'];

/** What a step has planned before is carried out by a later one. */
function whenAStepIsLate(site: Site): Allowed {
  const { call, phase, governs, isPage } = site;
  // The first pages of all others have been read by then.
  if (call === 'ListTagsForResource' && isPage === 'later') return { ...both(NONE), may: whenFailed(site) };
  if (phase === 'writing' || SURVEY.includes(call) || !('account' in governs)) return whenLate(site);
  const before = DUE.filter((key) => key < governs.account);
  const own = DUE.filter((key) => key.startsWith(governs.account));
  const others = 'userName' in governs ? own.filter((key) => !key.endsWith(`/${governs.userName}`)) : [];
  return { may: new Set([...before, ...others]), must: new Set(before), silently: NONE };
}

/** Planning ends before the first write, so a sweep whose time is over by then writes nothing. */
function whenLate({ phase, governs }: Site): Allowed {
  if (phase === 'reading') return both(NONE);
  return { ...both(NONE), may: governs.what === 'account' ? without(`${governs.account}/`) : ALL };
}

function both(keys: ReadonlySet<string>, silently = NONE): Allowed {
  return { may: keys, must: keys, silently };
}

function without(prefix: string): ReadonlySet<string> {
  return new Set(DUE.filter((key) => !key.startsWith(prefix)));
}
