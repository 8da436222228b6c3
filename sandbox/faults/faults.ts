import type { SandboxOrganization } from '../organization/organization.ts';
import type { CallParameters } from '../wire/request.ts';
import type { HttpResponse } from '../wire/response.ts';
import type { ServiceName } from '../wire/service-name.ts';

/** docs/sandbox.md says what each kind does. */
export const FAULT_KINDS = [
  'throttle',
  'internal-error',
  'unavailable',
  'denied',
  'expired-token',
  'error',
  'timeout',
  'reset',
  'truncated',
  'garbled',
  'other-shape',
  'html-page',
  'empty-body',
  'other-answer',
  'earlier-answer',
  'empty-page',
  'short-page',
  'repeated-page',
  'swapped-pages',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The request whose answer a call gets; what is left out is as in the call itself. */
export interface OtherRequest {
  readonly call?: string;
  /** Of the caller, and of the role in a `RoleArn`. */
  readonly account?: string;
  readonly parameters?: CallParameters;
  /** A write takes effect there. */
  readonly organization?: SandboxOrganization;
}

export interface Fault {
  readonly service: ServiceName;
  /** Such as `GetGroup`. Default: every call of the service. */
  readonly call?: string;
  /** The account that the call is about: the role's for AssumeRole, the caller's for all others. */
  readonly account?: string;
  /** Parameters that the call must have, such as `{ UserName: 'ann' }`. */
  readonly where?: Readonly<Record<string, string>>;
  /** Which of the matching calls, counted from 1. Default: the first. */
  readonly occurrence?: 'first' | 'every' | number | { readonly from: number; readonly to: number };
  readonly kind: FaultKind;
  /** With `denied`: the end of AWS's message. Default: an explicit deny in a service control policy. */
  readonly reason?: string;
  /** With `slow`: how long the response is delayed. */
  readonly milliseconds?: number;
  /** With `error`: such as `NoSuchEntity` and 404. */
  readonly error?: { readonly code: string; readonly status: number };
  /** With `other-answer`. */
  readonly instead?: OtherRequest;
  /** The call is carried out first, and only its response is lost or replaced. */
  readonly afterEffect?: boolean;
  /** Called before the fault takes effect. */
  readonly onFired?: () => void;
}

export interface ActiveFault {
  readonly fault: Fault;
  /** How many calls it matched. */
  readonly matched: number;
  /** How many of these it affected. */
  readonly fired: number;
}

export interface IncomingCall {
  readonly service: ServiceName;
  readonly call: string;
  readonly account: string;
  readonly parameters: CallParameters;
}

/** A fault that affects a call. */
export interface FiredFault extends Fault {
  /** With `earlier-answer`: the answer that the matching call before got, with its date. */
  readonly earlier?: HttpResponse | undefined;
}

interface Counted {
  readonly fault: Fault;
  matched: number;
  fired: number;
}

export class FaultList {
  readonly #faults: Counted[] = [];
  readonly #answers = new Map<Counted, HttpResponse>();

  constructor(faults: readonly Fault[] = []) {
    this.add(...faults);
  }

  /** If several faults match a call, the first one wins. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ fault, matched: 0, fired: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
    this.#answers.clear();
  }

  get all(): readonly ActiveFault[] {
    return this.#faults;
  }

  /** How often any fault fired. A test whose fault never fired proves nothing. */
  get fired(): number {
    return this.#faults.reduce((sum, { fired }) => sum + fired, 0);
  }

  /** The fault for this call, if any. Counts the call for every fault that it matches. */
  match(call: IncomingCall): FiredFault | undefined {
    let fired: FiredFault | undefined;
    for (const active of this.#faults) {
      if (!matches(active.fault, call)) continue;
      active.matched += 1;
      if (fired || !isDue(active.fault.occurrence ?? 'first', active.matched)) continue;
      active.fired += 1;
      fired = { ...active.fault, earlier: this.#answers.get(active) };
    }
    fired?.onFired?.();
    return fired;
  }

  /** Keeps what a call was answered, or would have been, for a later call that is to get it. */
  keep(call: IncomingCall, response: HttpResponse): void {
    for (const active of this.#faults)
      if (active.fault.kind === 'earlier-answer' && matches(active.fault, call))
        this.#answers.set(active, response);
  }
}

function matches(fault: Fault, { service, call, account, parameters }: IncomingCall): boolean {
  return (
    fault.service === service &&
    (fault.call ?? call) === call &&
    (fault.account ?? account) === account &&
    Object.entries(fault.where ?? {}).every(([name, value]) => parameters[name] === value)
  );
}

function isDue(occurrence: NonNullable<Fault['occurrence']>, count: number): boolean {
  if (occurrence === 'every') return true;
  if (occurrence === 'first') return count === 1;
  if (typeof occurrence === 'number') return count === occurrence;
  return count >= occurrence.from && count <= occurrence.to;
}
