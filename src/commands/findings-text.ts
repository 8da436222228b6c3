import { decides } from '../ledger/record.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { findingsOfRun, securityHubOf } from '../publish/findings.ts';
import { securityFinding } from '../report/asff.ts';
import { complianceFinding } from '../report/ocsf.ts';
import { printableJson } from '../report/printable.ts';
import type { UsedLedger } from './connect.ts';
import { UsageError } from './errors.ts';

/**
 * @param region of Security Hub, without a deployment
 * @throws UsageError for a run that decides nothing, or without a Region
 */
export async function findingsText(
  format: 'ocsf' | 'asff',
  run: StoredRun,
  { store, config }: Pick<UsedLedger, 'store' | 'config'>,
  region: string | undefined,
): Promise<string> {
  const { runId, mode } = run.started;
  if (!decides(mode))
    throw new UsageError(
      `Run ${runId} (${mode}) has no findings. Name a plan or a sweep, such as last-sweep.`,
    );
  const findings = await findingsOfRun(store, run);
  if (format === 'ocsf') return printableJson(findings.map((finding) => complianceFinding(finding, run)));
  const hub = securityHubOf(config?.deployment, run, region);
  if (!hub) throw new UsageError('Name the Region of Security Hub: --region, or AWS_REGION.');
  return printableJson(findings.map((finding) => securityFinding(finding, run, hub)));
}
