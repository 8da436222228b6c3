import type { Call, Operation, Operations, Resource } from '../../calls/call.ts';
import { matching, optionalString, requiredString, stringList, tagPairs } from '../../calls/parameters.ts';
import type { SandboxAccount } from '../../organization/account.ts';
import { commonError } from '../../wire/common-errors.ts';
import {
  accountNamed,
  anyResource,
  managementOnly,
  organizationsError,
  parentNamed,
  resourceNamedBy,
  tagsOf,
  unitNamed,
} from './lookup.ts';
import { seconds, unitShape } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Only the management account may send these. */
export const WRITE_OPERATIONS: Operations<Json> = {
  CreateOrganizationalUnit: write(resourceNamedBy('ParentId'), createUnit),
  CreateAccount: write(anyResource, createAccount),
  DescribeCreateAccountStatus: { ...write(anyResource, describeCreateAccountStatus), writes: undefined },
  MoveAccount: write(resourceNamedBy('AccountId'), moveAccount),
  CloseAccount: write(resourceNamedBy('AccountId'), closeAccount),
  TagResource: write(resourceNamedBy('ResourceId'), tagResource),
  UntagResource: write(resourceNamedBy('ResourceId'), untagResource),
  RegisterDelegatedAdministrator: write(resourceNamedBy('AccountId'), registerDelegatedAdministrator),
};

function write(resource: (call: Call) => Resource, run: (call: Call) => Json): Operation<Json> {
  return {
    writes: true,
    resource,
    run: (call) => {
      managementOnly(call);
      return run(call);
    },
  };
}

function createUnit(call: Call): Json {
  const parent = parentNamed(call);
  const name = requiredString(call, 'Name');
  if (parent.units.list().some((unit) => unit.name === name)) {
    throw organizationsError(
      'DuplicateOrganizationalUnitException',
      'An OU with the same name already exists.',
    );
  }
  const unit = call.organization.addOrganizationalUnit(name, parent);
  unit.tags.set(tagPairs(call), call.now);
  return { OrganizationalUnit: unitShape(call, unit) };
}

/** Creates the account at once. Only DescribeCreateAccountStatus says so. */
function createAccount(call: Call): Json {
  const email = matching(call, 'Email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
  const name = requiredString(call, 'AccountName');
  const accessRoleName = optionalString(call, 'RoleName');
  const account = call.organization.addAccount({
    name,
    email,
    joinedDaysAgo: 0,
    ...(accessRoleName === undefined ? {} : { accessRoleName }),
  });
  account.tags.set(tagPairs(call), call.now);
  return {
    CreateAccountStatus: { ...createAccountStatus(account), State: 'IN_PROGRESS', AccountId: undefined },
  };
}

function describeCreateAccountStatus(call: Call): Json {
  const id = requiredString(call, 'CreateAccountRequestId');
  const account = call.organization.accounts.get(id.replace('car-', ''));
  if (account) return { CreateAccountStatus: { ...createAccountStatus(account), State: 'SUCCEEDED' } };
  throw organizationsError(
    'CreateAccountStatusNotFoundException',
    "We can't find a create account request with that id.",
  );
}

function createAccountStatus(account: SandboxAccount): Json {
  return {
    Id: `car-${account.id}`,
    AccountName: account.name,
    AccountId: account.id,
    RequestedTimestamp: seconds(account.details.joinedAt),
  };
}

function moveAccount(call: Call): Json {
  const account = accountNamed(call, 'AccountId');
  const noSource = "We can't find a source root or OU with the ParentId that you specified.";
  const source = unitNamed(call, 'SourceParentId', 'SourceParentNotFoundException', noSource);
  const noDestination =
    "We can't find the destination container (a root or OU) with the ParentId that you specified.";
  const to = unitNamed(call, 'DestinationParentId', 'DestinationParentNotFoundException', noDestination);
  if (account.parent !== source) throw organizationsError('SourceParentNotFoundException', noSource);
  if (to === source)
    throw organizationsError(
      'DuplicateAccountException',
      'That account is already present in the specified destination.',
    );
  call.organization.moveAccount(account, to);
  return {};
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html */
function closeAccount(call: Call): Json {
  const account = accountNamed(call, 'AccountId');
  if (account === call.organization.managementAccount)
    throw commonError('organizations', 'invalid-parameter');
  if (account.state !== 'ACTIVE') {
    throw organizationsError(
      'AccountAlreadyClosedException',
      'You attempted to close an account that is already closed.',
    );
  }
  account.state = 'PENDING_CLOSURE';
  return {};
}

function tagResource(call: Call): Json {
  tagsOf(call).set(tagPairs(call), call.now);
  return {};
}

function untagResource(call: Call): Json {
  tagsOf(call).remove(stringList(call, 'TagKeys'), call.now);
  return {};
}

function registerDelegatedAdministrator(call: Call): Json {
  const account = accountNamed(call, 'AccountId');
  const service = requiredString(call, 'ServicePrincipal');
  if (call.organization.delegatedAdministrators.get(account.id)?.has(service)) {
    const message =
      'The specified account is already a delegated administrator for this Amazon Web Services service.';
    throw organizationsError('AccountAlreadyRegisteredException', message);
  }
  call.organization.registerDelegatedAdministrator(account, service);
  return {};
}
