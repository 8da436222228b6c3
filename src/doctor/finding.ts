/** Published: the `check` field of `keysweep doctor --json`. */
export const CHECKS = [
  'caller',
  'credentials',
  'clock',
  'central-account',
  'trusted-access',
  'list-accounts',
  'configuration',
  'targets',
  'enter-account',
  'read-account',
  'groups',
  'role',
  'opt-out',
  'armed',
  'deployment',
  'function',
  'deployed-configuration',
  'state-machine',
  'leak-rules',
  'stack-set',
  'schedule',
  'last-sweep',
  'ledger',
] as const;
export type Check = (typeof CHECKS)[number];

/** What a finding is about. */
export interface Subject {
  /** For people: an account, a Lambda, a bucket. */
  readonly subject: string;
  /** Set when it concerns one account. */
  readonly accountId?: string;
}

export interface Diagnosis {
  /** The same words for every subject that has it. */
  readonly summary: string;
  /** What happens if it stays as it is. */
  readonly impact: string;
  /** A command, or a page of the documentation. */
  readonly fix: string;
  /** What differs between subjects, such as AWS's message. */
  readonly detail?: string | undefined;
}

/**
 * - problem: the next sweep fails, or does not do what it should.
 * - warning: the sweep works, and somebody should know this.
 * - unknown: doctor could not check it.
 */
export type Finding =
  | (Subject & { readonly check: Check; readonly status: 'ok'; readonly summary: string })
  | (Subject & Diagnosis & { readonly check: Check; readonly status: 'problem' | 'warning' | 'unknown' });

export function ok(check: Check, subject: Subject, summary: string): Finding {
  return { check, status: 'ok', ...subject, summary };
}

export function problem(check: Check, subject: Subject, diagnosis: Diagnosis): Finding {
  return { check, status: 'problem', ...subject, ...diagnosis };
}

/** For the lists of what a check found. */
export function problemIf(exists: boolean, check: Check, subject: Subject, diagnosis: Diagnosis): Finding[] {
  return exists ? [problem(check, subject, diagnosis)] : [];
}

export function warning(check: Check, subject: Subject, diagnosis: Diagnosis): Finding {
  return { check, status: 'warning', ...subject, ...diagnosis };
}

export function unknown(check: Check, subject: Subject, diagnosis: Diagnosis): Finding {
  return { check, status: 'unknown', ...subject, ...diagnosis };
}

export function accountSubject({ id, name }: { readonly id: string; readonly name: string }): Subject {
  return { subject: name === '' ? id : `${id} (${name})`, accountId: id };
}

export const CONFIG: Subject = { subject: 'accounts.json' };

/** @param path of a setting */
export function inConfig(path: string): Subject {
  return { subject: `accounts.json, ${path}` };
}

/** The fix where something is missing. */
export const DEPLOY = 'Run npm run deploy (docs/deployment.md).';

/** The fix where something was changed after it was deployed. */
export const REDEPLOY = 'Find out who changed it, then restore it with npm run deploy.';

/** An account that a sweep excludes, or only plans, as configured. */
export interface NotCovered {
  readonly accountId: string;
  readonly accountName: string;
  readonly status: 'opted-out' | 'out-of-scope' | 'not-active' | 'not-armed';
  readonly reason: string;
  readonly fix: string;
}

export interface Examination {
  readonly at: Date;
  readonly findings: readonly Finding[];
  readonly notCovered: readonly NotCovered[];
  /** Of the deployed sweep schedule; empty when unknown, or when it no longer fires. */
  readonly nextFirings: readonly Date[];
  /** Of the schedule. */
  readonly timezone: string;
}
