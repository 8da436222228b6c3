import type { Caller } from './caller.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import type { PageCut } from './paging.ts';
import type { Context } from '../policy/context.ts';
import type { ServiceName } from '../wire/common-errors.ts';
import type { Sessions } from './sessions.ts';

/** Parameters as the wire gave them: Query has texts such as `Tags.member.1.Key`, JSON has whatever JSON has. */
export type CallParameters = Readonly<Record<string, unknown>>;

/** What the sandbox may leave out of answers, or be late with. */
export interface ServiceSettings {
  /** Which of the spellings of an account's state Organizations answers with; `Paths` is not seen on the wire yet. */
  readonly accountFields: { readonly state: boolean; readonly status: boolean; readonly paths: boolean };
  readonly tagIndex: { readonly lagMilliseconds: number; readonly fails: boolean };
}

/** An authenticated call, on its way to the code that answers it. */
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
  readonly pageCut: PageCut;
  /** Milliseconds since 1970 by the sandbox's clock. */
  readonly now: number;
}

/** What a call is about, for IAM to judge. */
export interface Resource {
  readonly arn: string;
  /** What the caller must be allowed to do; the name of the call unless given. */
  readonly action?: string;
  /** How AWS names it when it refuses; the ARN unless given. */
  readonly label?: string;
  readonly tags?: ReadonlyMap<string, string> | undefined;
  /** Condition keys of this call, such as `sts:externalid`, in lower case. */
  readonly context?: Context;
}

export interface Operation<Answer> {
  /** Changes something when it succeeds. */
  readonly writes?: true | undefined;
  /** Undefined for the calls that need no permission, and for AssumeRole, which has rules of its own. */
  readonly resource: ((call: Call) => Resource) | undefined;
  readonly run: (call: Call) => Answer;
}

export type Operations<Answer> = Readonly<Record<string, Operation<Answer>>>;
