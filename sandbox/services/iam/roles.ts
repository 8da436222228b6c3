import type { Call, Operations } from '../../calls/call.ts';
import { pageOfList, pageOfMap } from '../../calls/page-parameters.ts';
import { integer, matching, optionalString, requiredString, tagPairs } from '../../calls/parameters.ts';
import { noSuchEntity } from '../../organization/account.ts';
import type { SandboxRole } from '../../organization/entities.ts';
import { parsePolicy } from '../../policy/document.ts';
import { element } from '../../wire/xml.ts';
import { attachedElements, listElements, pageElements, roleElements, tagsElement } from './elements.ts';
import { nameUpTo, PATH } from './name-patterns.ts';
import { listResource, newResource, roleResource } from './resources.ts';

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
  const description = optionalString(call, 'Description');
  const options = {
    roleName: matching(call, 'RoleName', nameUpTo(64)),
    path: matching(call, 'Path', PATH, '/'),
    trust: requiredString(call, 'AssumeRolePolicyDocument'),
    maxSessionDuration: integer(call, 'MaxSessionDuration', 3600, 43_200, 3600),
    tags: Object.fromEntries(tagPairs(call)),
    ...(description === undefined ? {} : { description }),
  };
  return roleElement(call, account.createRole(options, call.now));
}

function getRole(call: Call): string {
  return roleElement(call, namedRole(call));
}

function listRoles(call: Call): string {
  const { account } = call.caller;
  return pageElements('Roles', pageOfMap(call, account.roles), (role) => roleElements(account, role));
}

function deleteRole(call: Call): undefined {
  call.caller.account.deleteRole(namedRole(call));
}

function updateAssumeRolePolicy(call: Call): undefined {
  namedRole(call).trust = parsePolicy(requiredString(call, 'PolicyDocument'));
}

function putRolePolicy(call: Call): undefined {
  const policy = parsePolicy(requiredString(call, 'PolicyDocument'));
  namedRole(call).policies.set(requiredString(call, 'PolicyName'), policy);
}

function getRolePolicy(call: Call): string {
  const role = namedRole(call);
  const policyName = requiredString(call, 'PolicyName');
  const policy = role.policies.get(policyName) ?? noSuchPolicy(policyName);
  return (
    element('RoleName', role.roleName) +
    element('PolicyName', policyName) +
    element('PolicyDocument', encodeURIComponent(policy.text))
  );
}

function listRolePolicies(call: Call): string {
  const names = [...namedRole(call).policies.keys()].sort();
  const page = pageOfList(call, names, (name) => name);
  const members = page.items.map((name) => element('member', name)).join('');
  return listElements('PolicyNames', members, page.next);
}

function listAttachedRolePolicies(call: Call): string {
  return attachedElements(call, namedRole(call).attachedPolicies);
}

function deleteRolePolicy(call: Call): undefined {
  const policyName = requiredString(call, 'PolicyName');
  if (!namedRole(call).policies.delete(policyName)) noSuchPolicy(policyName);
}

function roleElement(call: Call, role: SandboxRole): string {
  return `<Role>${roleElements(call.caller.account, role)}${tagsElement(role.tags)}</Role>`;
}

function namedRole(call: Call): SandboxRole {
  return call.caller.account.role(requiredString(call, 'RoleName'));
}

function noSuchPolicy(policyName: string): never {
  return noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
}
