/** A user with due keys that may be a machine: what runs with them breaks, and cannot make new ones. */
export interface MachineUser {
  readonly userName: string;
  readonly sign: MachineSign;
}

export type MachineSign =
  /** No console password. */
  | 'no-console-access'
  /** Whether there is a password could not be read. */
  | 'console-access-unknown'
  /** A word of the name is typical for machines. */
  | 'name';

/** Whole words: they match `robot-7` and `svc_backup`, but not `roberta` or `cindy`. */
const WORDS = new Set([
  ...['api', 'app', 'automation', 'backup', 'bot', 'build', 'cd', 'ci', 'cicd', 'cron', 'deploy', 'deployer'],
  ...[
    'github',
    'gitlab',
    'jenkins',
    'job',
    'lambda',
    'machine',
    'monitor',
    'monitoring',
    'pipeline',
    'robot',
  ],
  ...['runner', 'script', 'server', 'service', 'ses', 'smtp', 'svc', 'sync', 'system', 'terraform'],
]);

/** A hint for people; no decision depends on it. */
export function hasMachineName(userName: string): boolean {
  return userName.split(/[^A-Za-z]|(?<=[a-z])(?=[A-Z])/).some((word) => WORDS.has(word.toLowerCase()));
}
