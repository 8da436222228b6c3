import type { Partition } from '../aws/partition.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { FINDING_RULES } from './finding-rules.ts';
import { foundAt, type Finding } from './findings.ts';

/** Security Hub takes findings only of the account and Region that import them. */
export interface SecurityHub {
  readonly partition: Partition;
  readonly region: string;
  readonly accountId: string;
}

export type SecurityFinding = ReturnType<typeof securityFinding>;

/**
 * The account of the key is in the resource. Texts fit the limits of
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 */
export function securityFinding(finding: Finding, run: StoredRun, hub: SecurityHub) {
  const { rule, state, organizationalUnit, status, createDate } = finding;
  const { severity, remediation, url } = FINDING_RULES[rule];
  const { partition, region, accountId } = hub;
  const about = {
    Severity: { Label: severity.toUpperCase() as Uppercase<typeof severity> },
    Types: ['Software and Configuration Checks/AWS Security Best Practices'],
  };
  const at = foundAt(run).toISOString();
  return {
    SchemaVersion: '2018-10-08',
    Id: finding.id,
    ProductArn: `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`,
    ...{ ProductName: 'keysweep', CompanyName: 'keysweep', GeneratorId: `keysweep/${rule}` },
    AwsAccountId: accountId,
    ...{ CreatedAt: finding.since.toISOString(), UpdatedAt: at },
    ...{ Title: clipped(finding.title, 256), Description: clipped(finding.description, 1024) },
    // Security Hub fills the first ones from FindingProviderFields, and then people may change them.
    ...{ ...about, FindingProviderFields: about },
    Remediation: { Recommendation: { Text: remediation, Url: url } },
    ProductFields: {
      ...{ 'keysweep/runId': run.started.runId, 'keysweep/accountName': finding.accountName },
      ...(organizationalUnit && { 'keysweep/organizationalUnit': clipped(organizationalUnit, 2048) }),
    },
    Resources: [
      {
        ...{ Type: 'AwsIamAccessKey', Id: `AWS::IAM::AccessKey:${finding.accessKeyId}` },
        Partition: partition,
        Details: {
          AwsIamAccessKey: {
            ...{ AccessKeyId: finding.accessKeyId, AccountId: finding.accountId },
            ...{ PrincipalType: 'IAMUser', PrincipalName: finding.userName },
            ...(state !== 'resolved' && isKnown(status) && { Status: status }),
            ...(createDate && { CreatedAt: createDate.toISOString() }),
          },
        },
      },
    ],
    ...(state === 'resolved' ? RESOLVED : OPEN),
  };
}

const OPEN = { Compliance: { Status: 'FAILED' }, RecordState: 'ACTIVE' } as const;
const RESOLVED = { Compliance: { Status: 'PASSED' }, RecordState: 'ARCHIVED' } as const;

function isKnown(status: string | undefined): status is 'Active' | 'Inactive' {
  return status === 'Active' || status === 'Inactive';
}

function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`;
}
