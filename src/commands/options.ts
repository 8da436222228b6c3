import { InvalidArgumentError, Option, type Command } from 'commander';

/** Options by which a command finds AWS. */
export interface ConnectionOptions {
  readonly region?: string;
  readonly endpointUrl?: string;
}

export interface ConfigOptions {
  readonly config: string;
}

export interface LedgerOptions extends ConnectionOptions {
  readonly ledger: string;
}

export interface FilterOptions {
  readonly account?: readonly string[];
  readonly ou?: readonly string[];
}

export interface JsonOptions {
  readonly json?: boolean;
}

export interface OutputOptions extends JsonOptions {
  readonly all?: boolean;
  /** Rows of a table that are shown without --all; no option, for the demo only. */
  readonly rows?: number;
}

export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--region <region>', 'Region of STS and of the ledger bucket').env('AWS_REGION'))
    .addOption(
      new Option(
        '--endpoint-url <url>',
        'send every call there, as to `keysweep sandbox` or an emulator',
      ).argParser(url),
    );
}

export function withConfig(command: Command): Command {
  return command.addOption(
    new Option('-c, --config <file>', 'the configuration')
      .default('accounts.json')
      .env('KEYSWEEP_CONFIG')
      // A variable that is set to nothing counts as unset.
      .argParser((file) => file || 'accounts.json'),
  );
}

export function withLedger(command: Command): Command {
  const ledger = new Option('-l, --ledger <location>', 'where runs are kept: a folder, or s3://bucket/prefix')
    .default('.keysweep')
    .env('KEYSWEEP_LEDGER');
  return withConnection(command.addOption(ledger));
}

export function withFilters(command: Command): Command {
  return command
    .addOption(new Option('-a, --account <id...>', 'only these accounts').argParser(ids))
    .addOption(new Option('--ou <id...>', 'only accounts below these OUs').argParser(ids));
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON');
}

export function withOutput(command: Command): Command {
  return withJson(command).option('--all', 'print every row of long tables');
}

/** Parses the value of an option that takes a whole number. */
export function integerOption(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    const range = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

function ids(text: string, before: readonly string[] = []): readonly string[] {
  if (text.includes(',')) throw new InvalidArgumentError('Several stand with spaces between, not commas.');
  return [...before, text];
}

/** `localhost:4566` is a URL too, of a protocol localhost. */
function url(text: string): string {
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: '' };
  if (['http:', 'https:'].includes(protocol)) return text;
  throw new InvalidArgumentError('Expected a URL with http or https, such as http://127.0.0.1:4566.');
}
