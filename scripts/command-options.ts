import type { Command, Option } from 'commander';

import { keysweepProgram } from '../src/commands/keysweep.ts';
import { PLAIN } from '../src/report/style.ts';

interface Row {
  readonly flags: string;
  readonly meaning: string;
  readonly commands: string[];
}

/** Every option with the commands that have it, as a table in Markdown; those of most commands first. */
export function optionsTable(): string {
  const program = silentProgram();
  const commands = program.createHelp().visibleCommands(program);
  const rows = new Map<string, Row>();
  for (const command of commands)
    for (const [flags, meaning] of optionsOf(command)) {
      const key = `${flags}: ${meaning}`;
      const row = rows.get(key) ?? { flags, meaning, commands: [] };
      rows.set(key, { ...row, commands: [...row.commands, command.name()] });
    }
  const isShared = ({ commands: { length } }: Row) => length > 1;
  const sorted = [...rows.values()].toSorted((a, b) =>
    isShared(a) || isShared(b) ? b.commands.length - a.commands.length : 0,
  );
  const names = commands.map((command) => command.name());
  const lines = sorted.map((row) => line(row, names));
  return ['| Option | Commands | Meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

function optionsOf(command: Command): (readonly [string, string])[] {
  const help = command.createHelp();
  const describe = (option: Option) => [option.flags, help.optionDescription(option)] as const;
  return command.options.filter(({ hidden }) => !hidden).map(describe);
}

function line({ flags, meaning, commands }: Row, all: readonly string[]): string {
  const others = all.filter((name) => !commands.includes(name));
  const isMost = commands.length > others.length;
  const named = (isMost ? others : commands).map((name) => `\`${name}\``).join(', ');
  const who = isMost ? `all${others.length > 0 ? ` but ${named}` : ''}` : named;
  return `| \`${flags}\` | ${who} | ${meaning.replaceAll(/[|*]/g, '\\$&')} |`;
}

/** The commands, to be read and not to be run. */
export function silentProgram(): Command {
  const ignore = (): void => undefined;
  const styles = { style: PLAIN, messageStyle: PLAIN };
  return keysweepProgram(
    { print: ignore, say: ignore, ...styles, progress: ignore, endProgress: ignore, interactive: false },
    ignore,
  );
}
