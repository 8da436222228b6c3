import type { Directory } from './sorted-map.ts';
import type { Policy } from '../policy/document.ts';

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

/** A deployed function, as far as it can be looked at; the sandbox runs none. */
export interface SandboxFunction {
  readonly functionName: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** `Active` unless given. */
  readonly state?: string;
  /** How often Lambda itself repeats what failed; undefined: nothing was set, and Lambda repeats twice. */
  readonly maximumRetryAttempts?: number;
}

/** A function with the time at which it was put there. */
export interface PlacedFunction extends SandboxFunction {
  readonly arn: string;
  readonly modifiedAt: number;
}

/** A schedule of EventBridge Scheduler, as far as it can be looked at; the sandbox starts nothing. */
export interface SandboxSchedule {
  readonly name: string;
  /** `default` unless given. */
  readonly groupName?: string;
  readonly expression: string;
  readonly timezone: string;
  /** ENABLED unless given. */
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly targetArn: string;
  readonly input: string;
  readonly deadLetterArn?: string;
  readonly flexibleWindowMinutes?: number;
  readonly createdDaysAgo?: number;
}

/** A schedule with the time at which it was made. */
export interface PlacedSchedule extends SandboxSchedule {
  readonly arn: string;
  readonly createdAt: number;
}

/** An execution of a state machine, as it was asked for; the sandbox runs nothing. */
export interface SandboxExecution {
  readonly arn: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A state machine, as far as it can be looked at. */
export interface SandboxStateMachine {
  readonly name: string;
  /** ACTIVE unless given. */
  readonly status?: 'ACTIVE' | 'DELETING';
}

/** A state machine with the time at which it was put there. */
export interface PlacedStateMachine extends SandboxStateMachine {
  readonly arn: string;
  readonly createdAt: number;
}
