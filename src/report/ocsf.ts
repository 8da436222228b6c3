import { VERSION } from '../config/version.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { FINDING_RULES } from './finding-rules.ts';
import { foundAt, type Finding } from './findings.ts';

/**
 * That of AWS Security Hub: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf.html
 */
const OCSF_VERSION = '1.6.0';

const STATES = {
  new: { activity_id: 1, activity_name: 'Create', status_id: 1, status: 'New' },
  known: { activity_id: 2, activity_name: 'Update', status_id: 1, status: 'New' },
  resolved: { activity_id: 3, activity_name: 'Close', status_id: 4, status: 'Resolved' },
} as const;

const SEVERITIES = { Low: 2, Medium: 3, High: 4 } as const;

/** With the profile `cloud`: https://schema.ocsf.io/1.6.0/classes/compliance_finding?profiles=cloud */
export function complianceFinding(finding: Finding, run: StoredRun): object {
  const { rule, state, accountId, accountName, organizationalUnit, createDate } = finding;
  const { severity, remediation, url } = FINDING_RULES[rule];
  const { activity_id, activity_name } = STATES[state];
  const time = foundAt(run).getTime();
  const isResolved = state === 'resolved';
  return {
    metadata: {
      version: OCSF_VERSION,
      profiles: ['cloud'],
      product: { name: 'keysweep', vendor_name: 'keysweep', version: VERSION },
      correlation_uid: run.started.runId,
    },
    ...{ category_uid: 2, category_name: 'Findings', class_uid: 2003, class_name: 'Compliance Finding' },
    ...{ type_uid: 200_300 + activity_id, type_name: `Compliance Finding: ${activity_name}` },
    ...{ ...STATES[state], time, severity, severity_id: SEVERITIES[severity], message: finding.title },
    finding_info: {
      ...{ uid: finding.id, title: finding.title, desc: finding.description, types: [rule] },
      ...{ created_time: finding.since.getTime(), modified_time: time },
    },
    compliance: {
      ...{ control: rule, standards: ['keysweep'] },
      ...(isResolved ? { status_id: 1, status: 'Pass' } : { status_id: 3, status: 'Fail' }),
    },
    remediation: { desc: remediation, references: [url] },
    cloud: {
      provider: 'AWS',
      account: { uid: accountId, name: accountName, type_id: 10, type: 'AWS Account' },
      org: { uid: run.started.organizationId, ...(organizationalUnit && { ou_name: organizationalUnit }) },
    },
    resources: [
      {
        ...{ uid: finding.accessKeyId, type: 'AwsIamAccessKey', owner: { name: finding.userName } },
        ...(createDate && { created_time: createDate.getTime() }),
      },
    ],
  };
}
