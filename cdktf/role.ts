import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { PolicyDocument } from '../src/deployment/policy-document.ts';

export const INLINE_POLICY = 'keysweep';

interface RoleSettings {
  readonly name: string;
  readonly path?: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
  /** ARN of the permissions boundary; undefined: none. */
  readonly permissionsBoundary: string | undefined;
  /** Default: the stack's. */
  readonly provider?: TerraformProvider;
}

/** An IAM role with one inline policy and no others. */
export function makeRole(scope: Construct, id: string, settings: RoleSettings): IamRole {
  const { name, path, description, trust, permissions, permissionsBoundary, provider } = settings;
  const override = provider === undefined ? {} : { provider };
  const role = new IamRole(scope, id, {
    name,
    description,
    assumeRolePolicy: JSON.stringify(trust),
    ...(path !== undefined && { path }),
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    ...override,
  });
  new IamRolePolicy(scope, `${id}-permissions`, {
    name: INLINE_POLICY,
    role: role.name,
    policy: JSON.stringify(permissions),
    ...override,
  });
  return role;
}
