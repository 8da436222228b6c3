import type { Command } from 'commander';

import { openDeployedClients } from '../doctor/deployed/clients.ts';
import { loadConfig } from '../config/load.ts';
import { examine } from '../doctor/examine.ts';
import type { Examination } from '../doctor/finding.ts';
import { doctorVerdict, renderDoctor } from '../report/doctor.ts';
import { doctorJson } from '../report/json.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import { withLedger, withOutput, type Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

export function addDoctor(program: Command, act: Act): void {
  const command = program
    .command('doctor')
    .summary('check whether the next sweep would work, and how to fix it')
    .description(
      'Checks everything that the next sweep depends on: your credentials, the organization, the role in ' +
        'every target, the Lambda, its schedule and its ledger. It only reads.',
    );
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep doctor          problems, warnings and how to fix them
  keysweep doctor --all    every account and every detail
  keysweep doctor --json

Exit code 1 if there is a problem. Warnings, and what could not be checked, do not count.`,
    )
    .action(act(doctor));
}

/** @throws ConfigError, LedgerLocationError */
async function doctor(options: Options, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(options.config);
  const { progress } = terminal;
  const say = (): void => terminal.say('Stopping: the remaining checks are skipped.');
  const deployed =
    config.deployment &&
    openDeployedClients({
      region: config.deployment.region,
      endpoint: options.endpointUrl,
      onCall: options.onCall,
    });
  try {
    const examination = await useLedger(
      options,
      ({ store, clients }) =>
        stopOnSignals({ ...terminal, say }, (deadline) =>
          examine({ ...THIS_PROCESS, config, clients, deployed, store, deadline, progress }),
        ),
      { config },
    );
    show(examination, options, terminal);
    return exitCodeOf(examination);
  } finally {
    deployed?.close();
  }
}

/** Fits a screen. */
const ROWS = 8;

function show(examination: Examination, { json, all }: Options, { print, style }: Terminal): void {
  if (json === true) {
    print(doctorJson(examination));
    return;
  }
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const rows = all === true ? Infinity : ROWS;
  print(renderDoctor(examination, { style, rows }, timeZone));
  print(`\n${doctorVerdict(examination.findings, style)}`);
}

function exitCodeOf({ findings }: Examination): ExitCode {
  const problems = findings.filter(({ status }) => status === 'problem');
  if (problems.some(({ check }) => check === 'configuration')) return 2;
  return problems.length > 0 ? 1 : 0;
}
