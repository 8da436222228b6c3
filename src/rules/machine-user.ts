/** A user with due keys who may be a machine: whatever runs with such a key breaks, and nobody signs in to make a new one. */
export interface MachineUser {
  readonly userName: string;
  readonly sign: MachineSign;
}

export type MachineSign =
  /** No console password: nobody can sign in as this user. */
  | 'no-console-access'
  /** Whether there is a password could not be read. */
  | 'console-access-unknown'
  /** A word of the name is one that people give to machines. */
  | 'name';

/** Words, not parts of words: `robot-7` and `svc_backup`, and neither `roberta` nor `cindy`. */
const WORDS = new Set(
  'api app automation backup bot build cd ci cicd cron deploy deployer github gitlab jenkins job lambda machine monitor monitoring pipeline robot runner script server service ses smtp svc sync system terraform'.split(
    ' ',
  ),
);

/** Whether the name of a user sounds like a machine's: a hint for people, on which no decision rests. Pure. */
export function looksLikeMachine(userName: string): boolean {
  return userName.split(/[^A-Za-z]|(?<=[a-z])(?=[A-Z])/).some((word) => WORDS.has(word.toLowerCase()));
}
