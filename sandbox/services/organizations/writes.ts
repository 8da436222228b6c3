import type { SandboxAccount } from '../../organization/account.ts';
import type { Call, Operation, Operations, Resource } from '../../calls/call.ts';
import { requiredText, shaped, tagPairs, text, texts } from '../../calls/parameters.ts';
import { commonError } from '../../wire/common-errors.ts';
import {
  accountNamed,
  anything,
  managementOnly,
  namedBy,
  organizationsError,
  parentNamed,
  taggable,
  unitNamed,
} from './lookup.ts';
import { seconds, unitShape } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** All of them are for the management account alone. */
export const WRITE_OPERATIONS: Operations<Json> = {
  CreateOrganizationalUnit: write(namedBy('ParentId'), createUnit),
  CreateAccount: write(anything, createAccount),
  DescribeCreateAccountStatus: { ...write(anything, describeCreation), writes: undefined },
  MoveAccount: write(namedBy('AccountId'), moveAccount),
  CloseAccount: write(namedBy('AccountId'), closeAccount),
  TagResource: write(namedBy('ResourceId'), tagResource),
  UntagResource: write(namedBy('ResourceId'), untagResource),
  RegisterDelegatedAdministrator: write(namedBy('AccountId'), registerDelegatedAdministrator),
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
  const name = requiredText(call, 'Name');
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

/** The account is there at once; the status says so when it is asked for. */
function createAccount(call: Call): Json {
  const email = shaped(call, 'Email', requiredText(call, 'Email'), /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
  const name = requiredText(call, 'AccountName');
  const accessRoleName = text(call, 'RoleName');
  const account = call.organization.addAccount({
    name,
    email,
    joinedDaysAgo: 0,
    ...(accessRoleName === undefined ? {} : { accessRoleName }),
  });
  account.tags.set(tagPairs(call), call.now);
  return { CreateAccountStatus: { ...creation(account), State: 'IN_PROGRESS', AccountId: undefined } };
}

function describeCreation(call: Call): Json {
  const id = requiredText(call, 'CreateAccountRequestId');
  const account = call.organization.accounts.get(id.replace('car-', ''));
  if (account) return { CreateAccountStatus: { ...creation(account), State: 'SUCCEEDED' } };
  throw organizationsError(
    'CreateAccountStatusNotFoundException',
    "We can't find a create account request with that id.",
  );
}

function creation(account: SandboxAccount): Json {
  return {
    Id: `car-${account.id}`,
    AccountName: account.name,
    AccountId: account.id,
    RequestedTimestamp: seconds(account.facts.joinedAt),
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
  taggable(call).set(tagPairs(call), call.now);
  return {};
}

function untagResource(call: Call): Json {
  taggable(call).remove(texts(call, 'TagKeys'), call.now);
  return {};
}

function registerDelegatedAdministrator(call: Call): Json {
  const account = accountNamed(call, 'AccountId');
  const service = requiredText(call, 'ServicePrincipal');
  if (call.organization.delegatedAdministrators.get(account.id)?.has(service)) {
    const message =
      'The specified account is already a delegated administrator for this Amazon Web Services service.';
    throw organizationsError('AccountAlreadyRegisteredException', message);
  }
  call.organization.registerDelegatedAdministrator(account, service);
  return {};
}
