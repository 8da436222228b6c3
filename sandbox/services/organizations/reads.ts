import type { Call, Operation, Operations, Resource } from '../../calls/call.ts';
import { pageOfList, pageOfMap } from '../../calls/page-parameters.ts';
import { optionalString, requiredString } from '../../calls/parameters.ts';
import {
  accountNamed,
  anyResource,
  managementOrDelegated,
  organizationsError,
  parentNamed,
  resourceNamedBy,
  tagsOf,
  unitNamed,
} from './lookup.ts';
import {
  accountShape,
  arnPrefix,
  listShape,
  organizationArn,
  seconds,
  tagShapes,
  unitArn,
  unitShape,
} from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

const POLICY_TYPES = [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }];

export const READ_OPERATIONS: Operations<Json> = {
  // The only call that Organizations allows every account of the organization.
  DescribeOrganization: { resource: anyResource, run: describeOrganization },
  ListAccounts: read(anyResource, listAccounts),
  DescribeAccount: read(resourceNamedBy('AccountId'), (call) => ({
    Account: accountShape(call, accountNamed(call, 'AccountId')),
  })),
  ListRoots: read(anyResource, listRoots),
  ListOrganizationalUnitsForParent: read(resourceNamedBy('ParentId'), listUnits),
  ListAccountsForParent: read(resourceNamedBy('ParentId'), listAccountsForParent),
  ListParents: read(resourceNamedBy('ChildId'), listParents),
  DescribeOrganizationalUnit: read(resourceNamedBy('OrganizationalUnitId'), describeUnit),
  ListTagsForResource: read(resourceNamedBy('ResourceId'), listTags),
  ListDelegatedAdministrators: read(anyResource, listDelegatedAdministrators),
  ListAWSServiceAccessForOrganization: read(anyResource, listServiceAccess),
};

function read(resource: (call: Call) => Resource, run: (call: Call) => Json): Operation<Json> {
  return {
    resource,
    run: (call) => {
      managementOrDelegated(call);
      return run(call);
    },
  };
}

function describeOrganization(call: Call): Json {
  const { managementAccount, id } = call.organization;
  return {
    Organization: {
      Id: id,
      Arn: organizationArn(call),
      FeatureSet: 'ALL',
      MasterAccountArn: `${arnPrefix(call)}:account/${id}/${managementAccount.id}`,
      MasterAccountId: managementAccount.id,
      MasterAccountEmail: managementAccount.details.email,
      AvailablePolicyTypes: POLICY_TYPES,
    },
  };
}

function listAccounts(call: Call): Json {
  const page = pageOfMap(call, call.organization.accounts);
  return listShape(
    'Accounts',
    page.items.map((account) => accountShape(call, account)),
    page.next,
  );
}

function listRoots(call: Call): Json {
  const { root } = call.organization;
  const page = pageOfList(call, [root], ({ id }) => id);
  const shapes = page.items.map(({ id, name }) => ({
    Id: id,
    Arn: unitArn(call, root),
    Name: name,
    PolicyTypes: POLICY_TYPES,
  }));
  return listShape('Roots', shapes, page.next);
}

function listUnits(call: Call): Json {
  const page = pageOfMap(call, parentNamed(call).units);
  return listShape(
    'OrganizationalUnits',
    page.items.map((unit) => unitShape(call, unit)),
    page.next,
  );
}

function listAccountsForParent(call: Call): Json {
  const parent = parentNamed(call);
  const accounts = call.organization.accounts.list().filter((account) => account.parent === parent);
  const page = pageOfList(call, accounts, ({ id }) => id);
  return listShape(
    'Accounts',
    page.items.map((account) => accountShape(call, account)),
    page.next,
  );
}

function listParents(call: Call): Json {
  const id = requiredString(call, 'ChildId');
  const parent = call.organization.accounts.get(id)?.parent ?? call.organization.findUnit(id)?.parent;
  if (!parent) {
    throw organizationsError(
      'ChildNotFoundException',
      "We can't find an organizational unit (OU) or Amazon Web Services account with the ChildId that you " +
        'specified.',
    );
  }
  const page = pageOfList(call, [parent], (unit) => unit.id);
  const shapes = page.items.map((unit) => ({
    Id: unit.id,
    Type: unit.parent ? 'ORGANIZATIONAL_UNIT' : 'ROOT',
  }));
  return listShape('Parents', shapes, page.next);
}

function describeUnit(call: Call): Json {
  const message = "You specified an OU that doesn't exist.";
  const unit = unitNamed(call, 'OrganizationalUnitId', 'OrganizationalUnitNotFoundException', message);
  return { OrganizationalUnit: unitShape(call, unit) };
}

function listTags(call: Call): Json {
  const tags = tagShapes(tagsOf(call).current);
  const page = pageOfList(call, tags, (tag) => tag.Key);
  return listShape('Tags', page.items, page.next);
}

function listDelegatedAdministrators(call: Call): Json {
  const service = optionalString(call, 'ServicePrincipal');
  const administrators = [...call.organization.delegatedAdministrators]
    .filter(([, services]) => service === undefined || services.has(service))
    .map(([id, services]) => ({
      ...accountShape(call, call.organization.account(id)),
      Id: id,
      DelegationEnabledDate: seconds(Math.min(...services.values())),
    }))
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
  const page = pageOfList(call, administrators, ({ Id }) => Id);
  return listShape('DelegatedAdministrators', page.items, page.next);
}

/** Services with trusted access, and those that have a delegated administrator. */
function listServiceAccess(call: Call): Json {
  const since = new Map(call.organization.serviceAccess);
  for (const services of call.organization.delegatedAdministrators.values()) {
    for (const [service, at] of services) since.set(service, Math.min(at, since.get(service) ?? at));
  }
  const shapes = [...since]
    .map(([ServicePrincipal, at]) => ({ ServicePrincipal, DateEnabled: seconds(at) }))
    .sort((a, b) => (a.ServicePrincipal < b.ServicePrincipal ? -1 : 1));
  const page = pageOfList(call, shapes, (shape) => shape.ServicePrincipal);
  return listShape('EnabledServicePrincipals', page.items, page.next);
}
