/** An item of a standard, in the words of docs/evidence.md. */
export interface Control {
  readonly items: string;
  readonly requires: string;
  readonly contributes: string;
  /** Accounts count for it if they are armed and their maxKeyAgeDays is at most this. */
  readonly maxKeyAgeDays: number;
  /** Or their maxUnusedDays is at most this. */
  readonly maxUnusedDays?: number;
}

export const CONTROLS: readonly Control[] = [
  {
    items: 'Security Hub IAM.3; CIS 5.0 1.13, CIS 3.0 and 1.4 1.14',
    requires: 'no active access key older than 90 days',
    contributes:
      'armed, maxKeyAgeDays at most 83 with a weekly schedule: no key in scope is active at 90 days. ' +
      'Deactivation is enough for the control',
    maxKeyAgeDays: 83,
  },
  {
    items: 'Security Hub IAM.22; CIS 5.0 1.11, CIS 3.0 and 1.4 1.12',
    requires: 'no credential unused for 45 days, keys and passwords',
    contributes:
      'keys: armed, with a weekly schedule maxUnusedDays at most 38, or maxKeyAgeDays, because a key ' +
      'unused for 45 days is at least as old. Passwords: keysweep does not handle them',
    maxKeyAgeDays: 38,
    maxUnusedDays: 38,
  },
  {
    items: 'NIST 800-53r5 AC-2(1)',
    requires: 'automated management of system accounts',
    contributes: 'the part about access keys: scheduled, central, with a record for each account',
    maxKeyAgeDays: Infinity,
  },
  {
    items: 'NIST 800-53r5 AC-2(3)',
    requires: 'accounts and credentials are disabled after a set time',
    contributes: 'the part about access keys: the age, the schedule, and the ledger that shows it happened',
    maxKeyAgeDays: Infinity,
  },
  {
    items: 'NIST 800-53r5 AC-3(15)',
    requires: 'mandatory and discretionary access control',
    contributes:
      'as far as Security Hub counts the age of keys under it; keysweep decides nothing about access',
    maxKeyAgeDays: 83,
  },
  {
    items: 'PCI DSS 4.0.1 8.3.9',
    requires:
      'a password that is the only factor is changed every 90 days, or access is analysed dynamically',
    contributes: 'keys of people, if your assessor counts an access key as such a factor: as IAM.3',
    maxKeyAgeDays: 83,
  },
  {
    items: 'PCI DSS 4.0.1 8.6.3',
    requires: 'secrets of application and system accounts change at the frequency of your risk analysis',
    contributes:
      'only if machine users are in scope (rules.users: "all"), with the age that your analysis gives',
    maxKeyAgeDays: Infinity,
  },
];

/** What no run proves, as docs/evidence.md begins to say it. */
export const NOT_PROVEN: readonly string[] = [
  'That nobody had access. See what revoking a key does not revoke: sessions of up to 36 hours, ' +
    'other credentials, keys of users outside the groups.',
  'Anything about accounts that Organizations does not list, or about other organizations.',
  'Anything between two runs.',
  'That keys were revoked in accounts that are opted-out, out-of-scope or not armed (planned).',
  'That nobody changed it afterwards.',
  'That AWS did what it answered.',
];
