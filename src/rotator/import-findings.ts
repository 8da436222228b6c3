import {
  BatchImportFindingsCommand,
  SecurityHubClient,
  type AwsSecurityFinding,
} from '@aws-sdk/client-securityhub';

import type { Failure } from '../aws/failure.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { attempt } from '../publish/attempt.ts';
import { findingsOfRun, securityHubOf } from '../publish/findings.ts';
import { countResults, type NoticeResult, type Notifier, type Result } from '../publish/notify.ts';
import { securityFinding, type SecurityFinding } from '../report/asff.ts';
import type { Rotator } from './rotator.ts';

const CALL = 'securityhub:BatchImportFindings';

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
const MAX_FINDINGS = 100;

/** Most rejected findings that are named; the others are counted. */
const MAX_NAMED = 20;

const LABEL = 'findings';

/** Imports the findings of a sweep into Security Hub, if report.securityHub says so. Never rejects. */
export async function importFindings(
  run: StoredRun,
  { config: { report, deployment }, clients, store }: Pick<Rotator, 'config' | 'clients' | 'store'>,
  { signal, now }: Pick<Notifier, 'signal' | 'now'>,
): Promise<NoticeResult[]> {
  const hub = deployment && securityHubOf(deployment, run);
  if (!report.securityHub || !hub || run.started.mode !== 'sweep') return [];
  const client = clients.securityHub(SecurityHubClient, hub.region);
  let findings: SecurityFinding[] = [];
  const failure = await attempt(CALL, signal, async () => {
    findings = (await findingsOfRun(store, run)).map((finding) => securityFinding(finding, run, hub));
  });
  const results: Result[] = failure ? [{ label: LABEL, failure }] : [];
  for (let from = 0; from < findings.length; from += MAX_FINDINGS)
    results.push(...(await importBatch(findings.slice(from, from + MAX_FINDINGS), client, signal)));
  const rejected = results.filter(({ label }) => label !== LABEL);
  const unnamed = new Set(rejected.slice(MAX_NAMED));
  const counted = results.map((result) => (unnamed.has(result) ? { ...result, label: LABEL } : result));
  return countResults('security-hub', counted, now());
}

/** @returns a result for each finding; a rejected one has its ID as its label */
async function importBatch(
  findings: SecurityFinding[],
  client: SecurityHubClient,
  signal: AbortSignal,
): Promise<Result[]> {
  const errors = new Map<string | undefined, Pick<Failure, 'code' | 'message'>>();
  const failure = await attempt(CALL, signal, async () => {
    // The type of the SDK knows three partitions only.
    const command = new BatchImportFindingsCommand({ Findings: findings as AwsSecurityFinding[] });
    const { FailedFindings = [] } = await client.send(command, { abortSignal: signal });
    for (const { Id, ErrorCode: code = '', ErrorMessage: message = '' } of FailedFindings)
      errors.set(Id, { code, message });
  });
  return findings.map(({ Id }) => {
    const error = errors.get(Id);
    return error
      ? { label: Id, failure: { kind: 'failed', call: CALL, ...error } }
      : { label: LABEL, failure };
  });
}
