import type { KeyObject } from 'node:crypto';
import type { Policy } from '../policy/document.ts';
import type { SortedMap } from './sorted-map.ts';

/*
 * There may be hundreds of thousands of these, so they are small: dates are milliseconds since 1970, and
 * ids of users, groups and roles are derived from their serial numbers.
 */

export interface SandboxKey {
  readonly accessKeyId: string;
  /** Active, Inactive or Expired; tests may set anything. */
  status: string;
  readonly createdAt: number;
  readonly user: SandboxUser;
  lastUsed: { readonly at: number; readonly service: string; readonly region: string } | undefined;
}

/** Neither a key nor a password. */
export interface SandboxCredential {
  readonly kind: 'service-specific' | 'ssh-key' | 'signing-certificate';
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  /** Of a service-specific one, such as `codecommit.amazonaws.com`. */
  readonly service?: string;
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
  /** ARNs of attached managed policies. The sandbox does not evaluate these. */
  attachedPolicies?: readonly string[];
  credentials?: readonly SandboxCredential[];
}

export interface SandboxGroup {
  readonly groupName: string;
  readonly path: string;
  readonly serial: number;
  readonly createdAt: number;
  readonly members: SortedMap<SandboxUser>;
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
  /** ARNs of attached managed policies. The sandbox does not evaluate these. */
  readonly attachedPolicies: readonly string[];
}

/** A Lambda function. The sandbox can describe it and cannot run it. */
export interface FunctionOptions {
  readonly functionName: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: in no VPC. */
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  /** Default: `Active`. */
  readonly state?: string;
  /** Retries of a failed asynchronous invocation. Without it the function has no event invoke config. */
  readonly maximumRetryAttempts?: number;
}

export interface SandboxFunction extends FunctionOptions {
  readonly arn: string;
  readonly modifiedAt: number;
}

/** A schedule of EventBridge Scheduler. The sandbox can describe it and never runs it. */
export interface ScheduleOptions {
  readonly name: string;
  /** Default: `default`. */
  readonly groupName?: string;
  readonly expression: string;
  readonly timezone: string;
  /** Default: ENABLED. */
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly targetArn: string;
  readonly input: string;
  readonly deadLetterArn?: string;
  readonly flexibleWindowMinutes?: number;
  readonly createdDaysAgo?: number;
}

export interface SandboxSchedule extends ScheduleOptions {
  readonly arn: string;
  readonly createdAt: number;
}

/** A KMS key that signs (ECC_NIST_P256), with one alias. */
export interface SandboxSigningKey {
  readonly arn: string;
  readonly aliasArn: string;
  readonly privateKey: KeyObject;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** An execution that was started. The sandbox runs none. */
export interface SandboxExecution {
  readonly arn: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface SandboxStackInstance {
  readonly accountId: string;
  /** Default: CURRENT. */
  readonly status?: 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
  /** Default: SUCCEEDED. */
  readonly detailedStatus?: string;
  readonly reason?: string;
}

/** A service-managed StackSet. The sandbox can list its instances and deploys none. */
export interface SandboxStackSet {
  readonly name: string;
  readonly region: string;
  /** Sorted by account. */
  readonly instances: readonly SandboxStackInstance[];
}

export interface StateMachineOptions {
  readonly name: string;
  /** Default: ACTIVE. */
  readonly status?: 'ACTIVE' | 'DELETING';
}

export interface SandboxStateMachine extends StateMachineOptions {
  readonly arn: string;
  readonly createdAt: number;
}
