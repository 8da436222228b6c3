/** What was looked at. Stable: machines read these names in `keysweep doctor --json`. */
export type Check =
  | 'caller'
  | 'clock'
  | 'central-account'
  | 'trusted-access'
  | 'list-accounts'
  | 'configuration'
  | 'targets'
  | 'enter-account'
  | 'read-account'
  | 'groups'
  | 'role'
  | 'opt-out'
  | 'armed'
  | 'deployment'
  | 'function'
  | 'deployed-configuration'
  | 'state-machine'
  | 'schedule'
  | 'last-sweep'
  | 'ledger';

/** Where something was looked at. */
export interface Place {
  /** For people: an account, a Lambda, a bucket. */
  readonly where: string;
  /** Set when it concerns one account. */
  readonly accountId?: string;
}

/** Something that needs attention, or that nobody can tell. */
export interface Complaint {
  /** What is the matter, in the same words wherever it is the matter. */
  readonly what: string;
  readonly why: string;
  /** What to do: a command, or a page of the documentation. */
  readonly cure: string;
  /** What differs from place to place, such as the message of AWS. */
  readonly detail?: string | undefined;
}

/** problem: the next sweep fails, or does not do what it should. warning: it does, and somebody should know. unknown: nobody could look, which says nothing either way. */
export type Finding =
  | (Place & { readonly check: Check; readonly status: 'ok'; readonly what: string })
  | (Place & Complaint & { readonly check: Check; readonly status: 'problem' | 'warning' | 'unknown' });

export function ok(check: Check, place: Place, what: string): Finding {
  return { check, status: 'ok', ...place, what };
}

export function problem(check: Check, place: Place, complaint: Complaint): Finding {
  return { check, status: 'problem', ...place, ...complaint };
}

export function warning(check: Check, place: Place, complaint: Complaint): Finding {
  return { check, status: 'warning', ...place, ...complaint };
}

export function unknown(check: Check, place: Place, complaint: Complaint): Finding {
  return { check, status: 'unknown', ...place, ...complaint };
}

/** The account as people know it. */
export function accountPlace({ id, name }: { readonly id: string; readonly name: string }): Place {
  return { where: name === '' ? id : `${id} (${name})`, accountId: id };
}

/** An account that a sweep leaves alone, or only plans, by intention. */
export interface NotCovered {
  readonly accountId: string;
  readonly name: string;
  readonly outcome: 'opted-out' | 'out-of-scope' | 'not-active' | 'not-armed';
  readonly reason: string;
  readonly cure: string;
}

/** Everything that was found. */
export interface Examination {
  readonly at: Date;
  readonly findings: readonly Finding[];
  readonly notCovered: readonly NotCovered[];
  /** When the deployed sweep fires next; empty when that is not known, or it does not. */
  readonly nextFirings: readonly Date[];
  /** In which the schedule is read. */
  readonly timezone: string;
}
