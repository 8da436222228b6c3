import type { Harm } from './harms.ts';
import type { Site } from './site.ts';
import { TARGETS } from './world.ts';

/** Keys as `account/user`: nobody has more than one. */
export interface Allowed {
  /** A write to any other key is wrong. */
  readonly may: ReadonlySet<string>;
  /** What a sweep that does not give up early gets done. */
  readonly must: ReadonlySet<string>;
}

/** What a sweep with complete knowledge writes. */
export const DUE: readonly string[] = TARGETS.flatMap((account) => [`${account}/ada`, `${account}/bob`]);

const ALL = new Set(DUE);
const NONE: ReadonlySet<string> = new Set();

/**
 * The whole of what a cell may do, from what hangs on the call and nothing else: it knows no code of
 * keysweep.
 */
export function allowedIn(site: Site, harm: Harm): Allowed {
  if (harm.beyondDeadline) return whenLate(site);
  if (harm.heals(site)) return { may: ALL, must: ALL };
  const { governs } = site;
  switch (governs.what) {
    case 'nothing':
      return { may: ALL, must: ALL };
    case 'run':
      return { may: NONE, must: NONE };
    case 'later':
      return both(new Set(DUE.filter((key) => key < `${governs.account}/~`)));
    case 'account':
      return both(without(`${governs.account}/`));
    case 'user':
      return both(without(`${governs.account}/${governs.userName}`));
    case 'write':
      return { may: ALL, must: without(`${governs.account}/${governs.userName}`) };
  }
}

/** The same of a sweep in steps, one after the other, each of which has its own time. */
export function allowedInSteps(site: Site, harm: Harm): Allowed {
  return harm.beyondDeadline ? whenAStepIsLate(site) : allowedIn(site, harm);
}

/**
 * What a step has planned before is carried out by a later one; the tags of all accounts are read before any
 * is planned.
 */
function whenAStepIsLate(site: Site): Allowed {
  const { call, phase, governs } = site;
  if (phase === 'writing' || call === 'ListTagsForResource' || !('account' in governs)) return whenLate(site);
  const before = DUE.filter((key) => key < governs.account);
  const own = DUE.filter((key) => key.startsWith(governs.account));
  const others = 'userName' in governs ? own.filter((key) => !key.endsWith(`/${governs.userName}`)) : [];
  return { may: new Set([...before, ...others]), must: new Set(before) };
}

/** Planning ends before the first write, so a sweep whose time is over by then writes nothing. */
function whenLate({ phase, governs }: Site): Allowed {
  if (phase === 'reading') return { may: NONE, must: NONE };
  return { may: governs.what === 'account' ? without(`${governs.account}/`) : ALL, must: NONE };
}

function both(keys: ReadonlySet<string>): Allowed {
  return { may: keys, must: keys };
}

function without(prefix: string): ReadonlySet<string> {
  return new Set(DUE.filter((key) => !key.startsWith(prefix)));
}
