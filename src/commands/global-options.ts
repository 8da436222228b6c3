import { Option, type Command } from 'commander';

import type { CallReport } from '../aws/call-report.ts';
import { printable } from '../report/printable.ts';

export interface GlobalOptions {
  readonly profile?: string;
  readonly color?: 'auto' | 'always' | 'never';
  readonly debug?: boolean;
  /** Of commands that call AWS. */
  readonly endpointUrl?: string;
}

/** For every command. */
export function withGlobals(command: Command): Command {
  return command
    .optionsGroup('Options of every command:')
    .option('--profile <name>', 'profile of the AWS configuration; overrides AWS_PROFILE')
    .addOption(
      new Option('--color <when>', 'colours: on a terminal, always or never').choices([
        'auto',
        'always',
        'never',
      ]),
    )
    .option('--debug', 'print every call to AWS on stderr: no secrets, but names of accounts and actions');
}

/** The SDK and picocolors read these variables, as they do for other tools. */
export function useGlobals({ profile, color, endpointUrl }: GlobalOptions): void {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  // For the SDK's clients of its own, which assume the role of a profile.
  if (endpointUrl !== undefined) process.env['AWS_ENDPOINT_URL'] = endpointUrl;
  if (color === 'auto' || color === undefined) return;
  delete process.env['NO_COLOR'];
  process.env['FORCE_COLOR'] = color === 'always' ? '1' : '0';
}

/** `debug  iam:GetGroup  111122223333  200  1 attempt  45 ms  9f2c…` */
export function callLine(call: CallReport): string {
  const { account = 'own account', status, error, attempts, milliseconds, requestId } = call;
  const result = [status ?? 'no answer', ...(error === undefined ? [] : [error])].join(' ');
  const effort = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${milliseconds} ms`;
  return printable(['debug', call.call, account, result, effort, requestId ?? ''].join('  ').trimEnd());
}

/**
 * Lets options stand before the command, too, where people and aliases put them.
 * @returns the words with the command first
 */
export function commandFirst(words: readonly string[], program: Command): readonly string[] {
  const options = program.commands.flatMap((command) => command.options);
  const takesValue = (word: string): boolean =>
    options.some(
      ({ short, long, required, optional }) => [short, long].includes(word) && (required || optional),
    );
  let at = 0;
  while (words[at]?.startsWith('-') === true) at += takesValue(words[at] ?? '') ? 2 : 1;
  const command = words[at];
  return command === undefined ? words : [command, ...words.slice(0, at), ...words.slice(at + 1)];
}
