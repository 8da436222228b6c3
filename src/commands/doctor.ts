import { openDeployedClients } from '../doctor/deployed/clients.ts';
import { loadConfig } from '../config/load.ts';
import { examine } from '../doctor/examine.ts';
import type { Examination } from '../doctor/finding.ts';
import { doctorVerdict, renderDoctor } from '../report/doctor.ts';
import { doctorJson } from '../report/json.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

/** @throws ConfigError, LedgerLocationError */
export async function doctor(options: Options, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(options.config);
  const { progress } = terminal;
  const say = (): void => terminal.say('Stopping: the remaining checks are skipped.');
  const deployed =
    config.deployment &&
    openDeployedClients({
      region: config.deployment.region,
      endpoint: options.endpointUrl,
      credentials: options.identity?.credentials,
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
  if (problems.some(({ check }) => check === 'configuration' || check === 'credentials')) return 2;
  return problems.length > 0 ? 1 : 0;
}
