import type { SandboxOrganization } from '../organization/organization.ts';
import type { Context } from '../policy/context.ts';
import type { CallParameters } from '../wire/request.ts';
import type { ServiceName } from '../wire/service-name.ts';
import type { Caller } from './caller.ts';
import type { PageLimit } from './paging.ts';
import type { Sessions } from './sessions.ts';

/** Settings of a sandbox that change what services answer. */
export interface ServiceSettings {
  /** Which fields of an account Organizations returns. AWS documents `Paths` and does not return it yet. */
  readonly accountFields: { readonly state: boolean; readonly status: boolean; readonly paths: boolean };
  readonly tagIndex: { readonly lagMilliseconds: number; readonly fails: boolean };
}

/** A call whose caller is known. */
export interface Call {
  readonly service: ServiceName;
  /** Such as `GetGroup`. */
  readonly name: string;
  readonly parameters: CallParameters;
  readonly region: string;
  readonly caller: Caller;
  readonly organization: SandboxOrganization;
  readonly sessions: Sessions;
  readonly settings: ServiceSettings;
  readonly pageLimit: PageLimit;
  /** Milliseconds since 1970 by the sandbox's clock. */
  readonly now: number;
}

/** What a call needs permission for. */
export interface Resource {
  readonly arn: string;
  /** Default: the name of the call. */
  readonly action?: string;
  /** The resource in AWS's error message. Default: the ARN. */
  readonly label?: string;
  readonly tags?: ReadonlyMap<string, string> | undefined;
  /** Condition keys of this call, such as `sts:externalid`, in lower case. */
  readonly context?: Context;
}

export interface Operation<Result> {
  /** Whether it changes anything when it succeeds. */
  readonly writes?: true | undefined;
  /** Undefined for calls that need no permission, and for AssumeRole, which has rules of its own. */
  readonly resource: ((call: Call) => Resource) | undefined;
  readonly run: (call: Call) => Result;
}

export type Operations<Result> = Readonly<Record<string, Operation<Result>>>;
