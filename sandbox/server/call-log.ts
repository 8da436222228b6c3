import type { Call } from '../calls/call.ts';
import type { ServiceName } from '../wire/service-name.ts';

export interface CallRecord {
  readonly service: ServiceName;
  /** Such as `GetGroup`. */
  readonly call: string;
  /** The account that the call is about: the role's for AssumeRole, the caller's for all others. */
  readonly account: string;
  /** Names of the parameters, without values. */
  readonly parameters: readonly string[];
  readonly userName: string | undefined;
  readonly groupName: string | undefined;
  readonly accessKeyId: string | undefined;
  /** By the sandbox's clock. */
  readonly at: Date;
  readonly caller: string;
  readonly sessionName: string | undefined;
  readonly sourceIdentity: string | undefined;
  /** Whether it changed anything, even if the client does not know. */
  readonly wrote: boolean;
  /** AWS's error code, or the kind of the fault; undefined for a successful call. */
  readonly error: string | undefined;
}

export type CallOutcome = Pick<CallRecord, 'wrote' | 'error'>;

/** The calls that the sandbox received, in the order of its responses. */
export class CallLog {
  readonly #records: CallRecord[] = [];
  readonly #counts = new Map<string, number>();
  readonly #keepsRecords: boolean;

  /** @param keepsRecords false keeps only the counts: large sweeps make a million calls */
  constructor(keepsRecords = true) {
    this.#keepsRecords = keepsRecords;
  }

  get all(): readonly CallRecord[] {
    return this.#records;
  }

  of(service: ServiceName, call: string): readonly CallRecord[] {
    return this.#records.filter((record) => record.service === service && record.call === call);
  }

  /** Calls that changed something. */
  writes(): readonly CallRecord[] {
    return this.#records.filter((record) => record.wrote);
  }

  /** By service and call, such as `iam:GetGroup`. */
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
      userName: stringIn(call, 'UserName'),
      groupName: stringIn(call, 'GroupName'),
      accessKeyId: stringIn(call, 'AccessKeyId'),
      at: new Date(call.now),
      caller: call.caller.arn,
      sessionName: call.caller.session?.name,
      sourceIdentity: call.caller.session?.sourceIdentity,
      wrote,
      error,
    });
  }
}

function stringIn(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === 'string' ? value : undefined;
}
