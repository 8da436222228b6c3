import { Command, CommanderError } from 'commander';

import { printableLines } from '../report/printable.ts';
import { VERSION } from '../config/version.ts';
import { addAccounts } from './program/accounts.ts';
import { actionsOn } from './action.ts';
import { addApply } from './program/apply.ts';
import { addCompletion } from './program/completion.ts';
import { addDemo } from './program/demo.ts';
import { addDeploy } from './program/deploy.ts';
import { addDiff } from './program/diff.ts';
import { addDoctor } from './program/doctor.ts';
import { endOfError, type EndOfError, type ExitCode } from './exit-code.ts';
import { addInit } from './program/init.ts';
import { commandFirst, withGlobals } from './global-options.ts';
import { addHolds } from './program/holds.ts';
import { addInventory } from './program/inventory.ts';
import { addPlan } from './program/plan.ts';
import { addReport } from './program/report.ts';
import { addRevoke } from './program/revoke.ts';
import { addRuns } from './program/runs.ts';
import { addSandbox } from './program/sandbox.ts';
import { addShow } from './program/show.ts';
import { addSweep } from './program/sweep.ts';
import type { Terminal } from './terminal.ts';
import { addUndo } from './program/undo.ts';
import { addVerify } from './program/verify.ts';
import { addWhose } from './program/whose.ts';

/** In the order of the help. */
const COMMANDS = {
  'First day:': [addInit, addDoctor, addPlan],
  'Review, revoke and restore:': [addAccounts, addSweep, addApply, addUndo, addHolds],
  'A key leaked:': [addWhose, addRevoke],
  'Deploy:': [addDeploy],
  'Look at all keys:': [addInventory],
  'Look at runs:': [addRuns, addShow, addReport, addDiff, addVerify],
  'Try, and set up:': [addDemo, addSandbox, addCompletion],
} as const;

/** @param end receives the exit code */
export function keysweepProgram(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command('keysweep')
    .description(
      "Revokes your people's static IAM access keys in every account of an AWS organization, " +
        'and records every decision in a ledger.',
    )
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.say(text.replace(/\n$/, '')),
    })
    .exitOverride()
    .helpCommand(false)
    .showHelpAfterError('Run keysweep --help.');
  const act = actionsOn(terminal, end);
  for (const [group, adds] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const add of adds) add(program, act);
  }
  for (const command of program.commands)
    withGlobals(command).showHelpAfterError(`Run keysweep ${command.name()} --help.`);
  return program.addHelpText(
    'afterAll',
    `
Exit codes: 0 ok, 1 incomplete or failed, 2 bad usage or configuration, 3 stopped by a limit, 4 cancelled,
5 ok and keys are due, with --detailed-exitcode.`,
  );
}

/**
 * Runs one command line, and prints what went wrong. Never rejects.
 * @param words as the shell splits them, without the program's name
 */
export async function keysweep(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  let prints = 0;
  const print = (text: string): void => {
    prints += 1;
    terminal.print(text);
  };
  unsetEmptyVariables();
  const program = keysweepProgram({ ...terminal, print }, (given) => {
    exitCode = given;
  });
  try {
    await program.parseAsync(ordered(words, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    const end = endOfError(error);
    if (words.includes('--json') && prints === 0) {
      const { json } = await import('../report/json.ts');
      print(json<'error'>({ error: end }));
    }
    if (!(error instanceof CommanderError)) sayError(end, terminal);
    return end.exitCode;
  }
}

/** As other tools treat them; the SDK takes an empty AWS_REGION for a Region. */
function unsetEmptyVariables(): void {
  for (const [name, value] of Object.entries(process.env))
    if (value === '' && /^(AWS|KEYSWEEP)_/.test(name)) Reflect.deleteProperty(process.env, name);
}

/** Options may stand before the command. `help nosuch` is as wrong as `nosuch`. */
function ordered(words: readonly string[], program: Command): readonly string[] {
  const [command, about, ...rest] = commandFirst(words, program);
  if (command !== 'help') return command === undefined ? words : commandFirst(words, program);
  if (about === undefined) return ['--help'];
  const isKnown = program.commands.some((each) => each.name() === about);
  return isKnown ? [about, '--help', ...rest] : [about];
}

/** Commander has already printed its own. It may quote a file, a ledger or a response: untrusted. */
function sayError({ code, message }: EndOfError, { say }: Terminal): void {
  say(printableLines(code === null ? message : `${message}\n${code}: see docs/errors.md`));
}
