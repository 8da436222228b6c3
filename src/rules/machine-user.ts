/** A user with due keys that may be a machine: what runs with them breaks, and cannot make new ones. */
export interface MachineUser {
  readonly userName: string;
  readonly sign: MachineSign;
}

/** No console password; reading it failed; a word of the name is typical for machines. */
export const SIGNS = ['no-console-access', 'console-access-unknown', 'name'] as const;
export type MachineSign = (typeof SIGNS)[number];

/** Whole words: they match `robot-7` and `svc_backup`, but not `roberta` or `cindy`. */
const WORDS = new Set(
  `api app automation backup bot build cd ci cicd cron deploy deployer github gitlab jenkins job lambda
  machine monitor monitoring pipeline robot runner script server service ses smtp svc sync system
  terraform`.split(/\s+/),
);

/** A hint for people; no decision depends on it. */
export function hasMachineName(userName: string): boolean {
  return userName.split(/[^A-Za-z]|(?<=[a-z])(?=[A-Z])/).some((word) => WORDS.has(word.toLowerCase()));
}
