import type { Call } from '../calls/call.ts';
import type { ServiceName } from '../wire/common-errors.ts';

/** One call that reached the sandbox, as tests want to know about it. */
export interface CallRecord {
  readonly service: ServiceName;
  /** Such as `GetGroup`. */
  readonly call: string;
  /** The account that the call is about: of the role for AssumeRole, of the caller for everything else. */
  readonly account: string;
  /** Names of the parameters that were sent. */
  readonly parameters: readonly string[];
  readonly userName: string | undefined;
  readonly groupName: string | undefined;
  readonly accessKeyId: string | undefined;
  /** By the sandbox's clock. */
  readonly at: Date;
  readonly caller: string;
  readonly sessionName: string | undefined;
  /** True when something was changed, whether or not the client learnt of it. */
  readonly wrote: boolean;
  /** AWS's error code, or the fault that came instead of an answer; undefined for an answer. */
  readonly error: string | undefined;
}

export type CallOutcome = Pick<CallRecord, 'wrote' | 'error'>;

/** What was asked of the sandbox, in the order of the answers. */
export class CallLog {
  readonly #records: CallRecord[] = [];
  readonly #counts = new Map<string, number>();
  readonly #keepsRecords: boolean;

  /** @param keepsRecords false keeps counts only, for organizations whose sweep is a million calls */
  constructor(keepsRecords = true) {
    this.#keepsRecords = keepsRecords;
  }

  get all(): readonly CallRecord[] {
    return this.#records;
  }

  /** Calls of one kind. */
  of(service: ServiceName, call: string): readonly CallRecord[] {
    return this.#records.filter((record) => record.service === service && record.call === call);
  }

  /** Calls that changed something. */
  writes(): readonly CallRecord[] {
    return this.#records.filter((record) => record.wrote);
  }

  /** How often each call was sent, such as `iam:GetGroup`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  reset(): void {
    this.#records.length = 0;
    this.#counts.clear();
  }

  add(call: Call, account: string, { wrote, error }: CallOutcome): void {
    const kind = `${call.service}:${call.name}`;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (!this.#keepsRecords) return;
    this.#records.push({
      service: call.service,
      call: call.name,
      account,
      parameters: [...new Set(Object.keys(call.parameters).map((name) => name.split('.')[0] ?? name))],
      userName: textIn(call, 'UserName'),
      groupName: textIn(call, 'GroupName'),
      accessKeyId: textIn(call, 'AccessKeyId'),
      at: new Date(call.now),
      caller: call.caller.arn,
      sessionName: call.caller.session?.name,
      wrote,
      error,
    });
  }
}

function textIn(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === 'string' ? value : undefined;
}
