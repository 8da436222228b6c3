import type { Directory } from './directory.ts';
import type { Policy } from './policy/document.ts';

/*
 * What an account holds. An organization may have hundreds of thousands of these, so they are lean: dates are
 * milliseconds, ids of users, groups and roles follow from their serial numbers, and empty tags take no room.
 */

export interface SandboxKey {
  readonly accessKeyId: string;
  /** Active, Inactive or Expired; tests may put anything here. */
  status: string;
  readonly createdAt: number;
  readonly user: SandboxUser;
  lastUsed: { readonly at: number; readonly service: string; readonly region: string } | undefined;
}

export interface SandboxUser {
  readonly userName: string;
  readonly path: string;
  readonly serial: number;
  readonly createdAt: number;
  readonly groups: SandboxGroup[];
  readonly keys: SandboxKey[];
  tags: Map<string, string> | undefined;
  /** The console password. */
  login: { readonly createdAt: number; readonly passwordResetRequired: boolean } | undefined;
  readonly policies: readonly Policy[];
}

export interface SandboxGroup {
  readonly groupName: string;
  readonly path: string;
  readonly serial: number;
  readonly createdAt: number;
  readonly members: Directory<SandboxUser>;
}

export interface SandboxRole {
  readonly roleName: string;
  readonly path: string;
  readonly serial: number;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly maxSessionDuration: number;
  readonly tags: Map<string, string>;
  trust: Policy;
  readonly policies: Map<string, Policy>;
  /** ARNs of managed policies that are attached; they allow nothing here. */
  readonly attachedPolicies: readonly string[];
}
