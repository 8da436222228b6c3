import type { Call, Operations, Resource } from '../calls/call.ts';
import { invalidParameter } from '../calls/parameters.ts';
import type { SecurityFinding } from '../organization/sent-notices.ts';
import type { HttpRequest, NamedCall } from '../wire/request.ts';

type Json = Readonly<Record<string, unknown>>;

export const SECURITY_HUB_OPERATIONS: Operations<Json> = {
  BatchImportFindings: { writes: true, resource: defaultProduct, run: importFindings },
};

const MAX_FINDINGS = 100;
const MAX_BYTES = 240 * 1024;

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html */
const MAX_LENGTHS = { Id: 512, GeneratorId: 512, Title: 256, Description: 1024 } as const;
const REQUIRED = ['SchemaVersion', 'CreatedAt', 'UpdatedAt', ...Object.keys(MAX_LENGTHS)];

/** @throws SyntaxError if the body is not JSON */
export function securityHubCall({ method, url, body }: HttpRequest): NamedCall {
  const isImport = method === 'POST' && url.pathname === '/findings/import';
  return {
    name: isImport ? 'BatchImportFindings' : '',
    parameters: (body.length > 0 ? JSON.parse(body.toString()) : {}) as Json,
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html */
function defaultProduct(call: Call): Resource {
  return { arn: productOf(call) };
}

function productOf({ organization, region, caller: { accountId } }: Call): string {
  return `arn:${organization.partition}:securityhub:${region}:${accountId}:product/${accountId}/default`;
}

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
function importFindings(call: Call): Json {
  const { Findings: findings } = call.parameters as { readonly Findings?: readonly SecurityFinding[] };
  if (!Array.isArray(findings) || findings.length === 0 || findings.length > MAX_FINDINGS)
    throw invalidParameter(call, `Value at 'findings' must have length between 1 and ${MAX_FINDINGS}`);
  const failed = (findings as readonly SecurityFinding[]).flatMap((finding) => {
    const problem = problemOf(finding, call);
    if (problem === undefined) call.organization.findings.set(finding.Id, finding);
    return problem === undefined
      ? []
      : [{ Id: finding.Id, ErrorCode: 'InvalidInput', ErrorMessage: problem }];
  });
  return {
    FailedCount: failed.length,
    SuccessCount: findings.length - failed.length,
    FailedFindings: failed,
  };
}

function problemOf(finding: SecurityFinding, call: Call): string | undefined {
  const { AwsAccountId: accountId, ProductArn: product, Resources: resources } = finding;
  const missing = REQUIRED.find((field) => typeof finding[field] !== 'string' || finding[field] === '');
  if (missing !== undefined) return `${missing} is missing.`;
  const long = Object.entries(MAX_LENGTHS).find(([field, max]) => String(finding[field]).length > max);
  if (long) return `${long[0]} is longer than ${long[1]} characters.`;
  if (accountId !== call.caller.accountId) return 'AwsAccountId is not the account of the caller.';
  if (product !== productOf(call)) return 'ProductArn is not that of the default product.';
  if (!Array.isArray(resources) || resources.length === 0) return 'Resources is empty.';
  return Buffer.byteLength(JSON.stringify(finding)) > MAX_BYTES ? 'It is larger than 240 KB.' : undefined;
}
