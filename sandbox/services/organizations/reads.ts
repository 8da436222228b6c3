import type { Call, Operation, Operations, Resource } from '../../calls/call.ts';
import { pageFor, pageForList } from '../../calls/page-parameters.ts';
import { requiredText, text } from '../../calls/parameters.ts';
import {
  accountNamed,
  anything,
  managementOrDelegated,
  namedBy,
  organizationsError,
  parentNamed,
  taggable,
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
  // The only read that every account of the organization may send.
  DescribeOrganization: { resource: anything, run: describeOrganization },
  ListAccounts: read(anything, listAccounts),
  DescribeAccount: read(namedBy('AccountId'), (call) => ({
    Account: accountShape(call, accountNamed(call, 'AccountId')),
  })),
  ListRoots: read(anything, listRoots),
  ListOrganizationalUnitsForParent: read(namedBy('ParentId'), listUnits),
  ListAccountsForParent: read(namedBy('ParentId'), listAccountsForParent),
  ListParents: read(namedBy('ChildId'), listParents),
  DescribeOrganizationalUnit: read(namedBy('OrganizationalUnitId'), describeUnit),
  ListTagsForResource: read(namedBy('ResourceId'), listTags),
  ListDelegatedAdministrators: read(anything, listDelegatedAdministrators),
  ListAWSServiceAccessForOrganization: read(anything, listServiceAccess),
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
      MasterAccountEmail: managementAccount.facts.email,
      AvailablePolicyTypes: POLICY_TYPES,
    },
  };
}

function listAccounts(call: Call): Json {
  const page = pageFor(call, call.organization.accounts);
  return listShape(
    'Accounts',
    page.items.map((account) => accountShape(call, account)),
    page.next,
  );
}

function listRoots(call: Call): Json {
  const { root } = call.organization;
  const page = pageForList(call, [root], ({ id }) => id);
  const shapes = page.items.map(({ id, name }) => ({
    Id: id,
    Arn: unitArn(call, root),
    Name: name,
    PolicyTypes: POLICY_TYPES,
  }));
  return listShape('Roots', shapes, page.next);
}

function listUnits(call: Call): Json {
  const page = pageFor(call, parentNamed(call).units);
  return listShape(
    'OrganizationalUnits',
    page.items.map((unit) => unitShape(call, unit)),
    page.next,
  );
}

function listAccountsForParent(call: Call): Json {
  const parent = parentNamed(call);
  const accounts = call.organization.accounts.list().filter((account) => account.parent === parent);
  const page = pageForList(call, accounts, ({ id }) => id);
  return listShape(
    'Accounts',
    page.items.map((account) => accountShape(call, account)),
    page.next,
  );
}

function listParents(call: Call): Json {
  const id = requiredText(call, 'ChildId');
  const parent = call.organization.accounts.get(id)?.parent ?? call.organization.findUnit(id)?.parent;
  if (!parent) {
    throw organizationsError(
      'ChildNotFoundException',
      "We can't find an organizational unit (OU) or Amazon Web Services account with the ChildId that you specified.",
    );
  }
  const page = pageForList(call, [parent], (unit) => unit.id);
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
  const tags = tagShapes(taggable(call).current);
  const page = pageForList(call, tags, (tag) => tag.Key);
  return listShape('Tags', page.items, page.next);
}

function listDelegatedAdministrators(call: Call): Json {
  const service = text(call, 'ServicePrincipal');
  const administrators = [...call.organization.delegatedAdministrators]
    .filter(([, services]) => service === undefined || services.has(service))
    .map(([id, services]) => ({
      ...accountShape(call, call.organization.account(id)),
      Id: id,
      DelegationEnabledDate: seconds(Math.min(...services.values())),
    }))
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
  const page = pageForList(call, administrators, ({ Id }) => Id);
  return listShape('DelegatedAdministrators', page.items, page.next);
}

/** Services that were given access, and those that somebody administers for the organization. */
function listServiceAccess(call: Call): Json {
  const since = new Map(call.organization.serviceAccess);
  for (const services of call.organization.delegatedAdministrators.values()) {
    for (const [service, at] of services) since.set(service, Math.min(at, since.get(service) ?? at));
  }
  const shapes = [...since]
    .map(([ServicePrincipal, at]) => ({ ServicePrincipal, DateEnabled: seconds(at) }))
    .sort((a, b) => (a.ServicePrincipal < b.ServicePrincipal ? -1 : 1));
  const page = pageForList(call, shapes, (shape) => shape.ServicePrincipal);
  return listShape('EnabledServicePrincipals', page.items, page.next);
}
