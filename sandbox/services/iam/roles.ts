import { missing } from '../../organization/account.ts';
import type { SandboxRole } from '../../organization/entities.ts';
import type { Call, Operations } from '../../calls/call.ts';
import { pageFor, pageForList } from '../../calls/page-parameters.ts';
import type { Page } from '../../calls/paging.ts';
import { integer, requiredText, shaped, tagPairs, text } from '../../calls/parameters.ts';
import { parsePolicy } from '../../policy/document.ts';
import { leaf } from '../../wire/xml.ts';
import { pageElements, roleElements, tagsElement } from './elements.ts';
import { listResource, newResource, roleResource } from './resources.ts';
import { nameUpTo, PATH } from './name-patterns.ts';

export const ROLE_OPERATIONS: Operations<string | undefined> = {
  CreateRole: { writes: true, resource: newResource('role', 'RoleName'), run: createRole },
  GetRole: { resource: roleResource, run: getRole },
  ListRoles: { resource: listResource('role'), run: listRoles },
  DeleteRole: { writes: true, resource: roleResource, run: deleteRole },
  UpdateAssumeRolePolicy: { writes: true, resource: roleResource, run: updateAssumeRolePolicy },
  PutRolePolicy: { writes: true, resource: roleResource, run: putRolePolicy },
  GetRolePolicy: { resource: roleResource, run: getRolePolicy },
  ListRolePolicies: { resource: roleResource, run: listRolePolicies },
  ListAttachedRolePolicies: { resource: roleResource, run: listAttachedRolePolicies },
  DeleteRolePolicy: { writes: true, resource: roleResource, run: deleteRolePolicy },
};

function createRole(call: Call): string {
  const { account } = call.caller;
  const description = text(call, 'Description');
  const facts = {
    roleName: shaped(call, 'RoleName', requiredText(call, 'RoleName'), nameUpTo(64)),
    path: shaped(call, 'Path', text(call, 'Path') ?? '/', PATH),
    trust: requiredText(call, 'AssumeRolePolicyDocument'),
    maxSessionDuration: integer(call, 'MaxSessionDuration', 3600, 43_200, 3600),
    tags: Object.fromEntries(tagPairs(call)),
    ...(description === undefined ? {} : { description }),
  };
  return roleElement(call, account.createRole(facts, call.now));
}

function getRole(call: Call): string {
  return roleElement(call, named(call));
}

function listRoles(call: Call): string {
  const { account } = call.caller;
  return pageElements('Roles', pageFor(call, account.roles), (role) => roleElements(account, role));
}

function deleteRole(call: Call): undefined {
  call.caller.account.deleteRole(named(call));
}

function updateAssumeRolePolicy(call: Call): undefined {
  named(call).trust = parsePolicy(requiredText(call, 'PolicyDocument'));
}

function putRolePolicy(call: Call): undefined {
  const policy = parsePolicy(requiredText(call, 'PolicyDocument'));
  named(call).policies.set(requiredText(call, 'PolicyName'), policy);
}

function getRolePolicy(call: Call): string {
  const role = named(call);
  const policyName = requiredText(call, 'PolicyName');
  const policy = role.policies.get(policyName) ?? noPolicy(policyName);
  return (
    leaf('RoleName', role.roleName) +
    leaf('PolicyName', policyName) +
    leaf('PolicyDocument', encodeURIComponent(policy.text))
  );
}

function listRolePolicies(call: Call): string {
  const names = [...named(call).policies.keys()].sort();
  return namesPage(
    'PolicyNames',
    pageForList(call, names, (name) => name),
  );
}

/** The sandbox has no managed policies, but roles may bear the names of some. */
function listAttachedRolePolicies(call: Call): string {
  const page = pageForList(call, [...named(call).attachedPolicies].sort(), (arn) => arn);
  return pageElements('AttachedPolicies', page, (arn) => {
    return leaf('PolicyName', arn.slice(arn.lastIndexOf('/') + 1)) + leaf('PolicyArn', arn);
  });
}

function namesPage(list: string, page: Page<string>): string {
  const members = page.items.map((name) => leaf('member', name)).join('');
  return `${leaf('IsTruncated', page.next !== undefined)}<${list}>${members}</${list}>${leaf('Marker', page.next)}`;
}

function deleteRolePolicy(call: Call): undefined {
  const policyName = requiredText(call, 'PolicyName');
  if (!named(call).policies.delete(policyName)) noPolicy(policyName);
}

function roleElement(call: Call, role: SandboxRole): string {
  return `<Role>${roleElements(call.caller.account, role)}${tagsElement(role.tags)}</Role>`;
}

function named(call: Call): SandboxRole {
  return call.caller.account.role(requiredText(call, 'RoleName'));
}

function noPolicy(policyName: string): never {
  return missing(`The role policy with name ${policyName} cannot be found.`);
}
