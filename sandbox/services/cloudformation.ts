import type { Call, Operations, Resource } from '../calls/call.ts';
import { pageOfList } from '../calls/page-parameters.ts';
import { optionalString, requiredString } from '../calls/parameters.ts';
import type { SandboxStackInstance, SandboxStackSet } from '../organization/entities.ts';
import { ApiError } from '../wire/api-error.ts';
import { element } from '../wire/xml.ts';

export const CLOUDFORMATION_OPERATIONS: Operations<string | undefined> = {
  ListStackInstances: { resource: stackSetResource, run: listStackInstances },
};

function stackSetResource(call: Call): Resource {
  const prefix = `${call.organization.partition}:cloudformation:${call.region}:${call.caller.accountId}`;
  return { arn: `arn:${prefix}:stackset/${requiredString(call, 'StackSetName')}:*` };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html */
function listStackInstances(call: Call): string {
  const { name, region, instances } = namedStackSet(call);
  const { items, next } = pageOfList(call, instances, ({ accountId }) => accountId);
  const members = items.map((instance) => `<member>${instanceElements(instance, name, region)}</member>`);
  return `<Summaries>${members.join('')}</Summaries>${element('NextToken', next)}`;
}

/** A StackSet of the management account is found by it alone, one of a delegated administrator by both. */
function namedStackSet(call: Call): SandboxStackSet {
  const name = requiredString(call, 'StackSetName');
  const found = call.organization.stackSets.get(name);
  const isDelegated = optionalString(call, 'CallAs') === 'DELEGATED_ADMIN';
  const isManagement = call.caller.accountId === call.organization.managementAccount.id;
  if (found?.region === call.region && isManagement !== isDelegated) return found;
  throw new ApiError('StackSetNotFoundException', 404, `StackSet ${name} not found`);
}

function instanceElements(instance: SandboxStackInstance, stackSet: string, region: string): string {
  const { accountId, status = 'CURRENT', detailedStatus = 'SUCCEEDED', reason } = instance;
  return (
    element('StackSetId', `${stackSet}:1`) +
    element('Region', region) +
    element('Account', accountId) +
    element('Status', status) +
    element('StatusReason', reason) +
    `<StackInstanceStatus>${element('DetailedStatus', detailedStatus)}</StackInstanceStatus>`
  );
}
