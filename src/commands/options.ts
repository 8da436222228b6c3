import { InvalidArgumentError, Option, type Command } from 'commander';

import type { CallReport } from '../aws/call-report.ts';
import { UsageError } from './errors.ts';
import type { Identity } from './identity.ts';

export interface ConnectionOptions {
  readonly region?: string;
  readonly endpointUrl?: string;
  /** With --debug. */
  readonly onCall?: (call: CallReport) => void;
  /** The SDK's own chain when left out. */
  readonly identity?: Identity;
}

/** Each command has some of them, and perhaps its own. */
export interface Options extends ConnectionOptions {
  /** Where signatures are checked, it says with which key. */
  readonly config: string;
  /** The deployed one of the configuration, or a folder, when left out. */
  readonly ledger?: string;
  readonly notTheDeployedLedger?: boolean;
  readonly account?: readonly string[];
  readonly ou?: readonly string[];
  readonly reason?: string;
  readonly json?: boolean;
  readonly all?: boolean;
  /** Rows of a table without --all; not an option, set by the demo. */
  readonly rows?: number;
  readonly detailedExitcode?: boolean;
}

export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--region <region>', 'Region of STS and the ledger bucket').env('AWS_REGION'))
    .addOption(
      new Option('--endpoint-url <url>', 'send every AWS call there, such as to keysweep sandbox').argParser(
        url,
      ),
    );
}

export const DEFAULT_CONFIG = 'accounts.json';

export function withConfig(command: Command): Command {
  return command.addOption(
    new Option('-c, --config <file>', 'the configuration file')
      .default(DEFAULT_CONFIG)
      .env('KEYSWEEP_CONFIG')
      // An empty variable counts as unset.
      .argParser((file) => file || DEFAULT_CONFIG),
  );
}

/** With the configuration, which names the deployed ledger. */
export function withLedger(command: Command): Command {
  const ledger = new Option(
    '-l, --ledger <location>',
    'the ledger: a folder, or s3://bucket/prefix; by default the deployed one, or .keysweep',
  ).env('KEYSWEEP_LEDGER');
  return withConnection(withConfig(command).addOption(ledger));
}

/** For commands that change keys or holds. */
export function withWrittenLedger(command: Command): Command {
  return withLedger(command).option(
    '--not-the-deployed-ledger',
    'with --ledger: write although accounts.json has a deployment with a ledger of its own',
  );
}

export function withFilters(command: Command): Command {
  return command
    .addOption(new Option('-a, --account <id...>', 'only these accounts, by ID or name').argParser(ids))
    .addOption(
      new Option('--ou <id...>', 'only accounts below these OUs, by ID, name or path').argParser(ids),
    );
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON');
}

export function withOutput(command: Command): Command {
  return withJson(command).option('--all', 'show every row of long tables');
}

/** As Terraform names it: https://developer.hashicorp.com/terraform/cli/commands/plan#detailed-exitcode */
export function withDetailedExitCode(command: Command): Command {
  return command.option('--detailed-exitcode', 'exit with 5 instead of 0 if keys are, or were, due');
}

/** Access keys by ID, in a file or on standard input. */
export function withKeyIds(command: Command): Command {
  return command
    .argument('[keys...]', 'access keys by ID; - finds them in any text on standard input')
    .option('--file <file>', 'find IDs of access keys in any text, such as the output of a secret scanner');
}

export function withReason(command: Command): Command {
  return command.option('--reason <text>', 'why, for the ledger');
}

/** @throws UsageError without a reason */
export function requiredReason({ reason }: Options, what: string): string {
  if (reason?.trim()) return reason;
  throw new UsageError(`Say why, for the ledger: ${what} --reason TEXT`);
}

/** Parses the value of an option that takes a whole number. */
export function integerOption(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

function ids(text: string, before: readonly string[] = []): readonly string[] {
  if (text.includes(',')) throw new InvalidArgumentError('Separate IDs with spaces, not commas.');
  return [...before, text];
}

/** `localhost:4566` parses as a URL with the protocol localhost. */
function url(text: string): string {
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: '' };
  if (['http:', 'https:'].includes(protocol)) return text;
  throw new InvalidArgumentError('Expected a URL with http or https, such as http://127.0.0.1:4566.');
}
