import type { CallParameters } from '../calls/call.ts';
import type { ServiceName } from '../wire/common-errors.ts';

/**
 * throttle, internal-error (500), unavailable (503), denied, expired-token: the service's own error. timeout: the answer
 * never comes. reset: the socket is torn. truncated: the connection breaks in the middle of the answer. garbled: a
 * complete answer, half of it noise. other-shape: a complete answer, well-formed, of something else. empty-page: no items and a token for more. short-page: one item at most; a call
 * without pages is answered as ever.
 */
export const FAULT_KINDS = [
  'throttle',
  'internal-error',
  'unavailable',
  'denied',
  'expired-token',
  'timeout',
  'reset',
  'truncated',
  'garbled',
  'other-shape',
  'empty-page',
  'short-page',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly service: ServiceName;
  /** Such as `GetGroup`; every call of the service unless given. */
  readonly call?: string;
  /** The account that the call is about: of the role for AssumeRole, of the caller for everything else. */
  readonly account?: string;
  /** Parameters that the call must have, such as `{ UserName: 'ann' }`. */
  readonly where?: Readonly<Record<string, string>>;
  /** Which of the matching calls, counted from 1; the first unless given. */
  readonly occurrence?: 'first' | 'every' | number | { readonly from: number; readonly to: number };
  readonly kind: FaultKind;
  /** With `denied`: the end of AWS's message, which says what denies; a service control policy unless given. */
  readonly because?: string;
  /** With `slow`: how long the answer waits. */
  readonly milliseconds?: number;
  /** The call is carried out first, and only its answer is lost or replaced. */
  readonly afterEffect?: boolean;
  /** Called each time it strikes, before anything comes of that. */
  readonly onStrike?: () => void;
}

/** A fault in force, and how often calls matched it and met it. */
export interface ScriptedFault {
  readonly fault: Fault;
  readonly matched: number;
  readonly fired: number;
}

export interface Meeting {
  readonly service: ServiceName;
  readonly call: string;
  readonly account: string;
  readonly parameters: CallParameters;
}

/** What shall go wrong. */
export class FaultScript {
  readonly #faults: { fault: Fault; matched: number; fired: number }[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.add(...faults);
  }

  /** The first of the faults that fit a call wins. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ fault, matched: 0, fired: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  get all(): readonly ScriptedFault[] {
    return this.#faults;
  }

  /** How often any fault struck: a test whose fault never did has shown nothing. */
  get fired(): number {
    return this.#faults.reduce((sum, { fired }) => sum + fired, 0);
  }

  /** The fault that strikes this call, if any. Counts the call for every fault that it matches. */
  next(meeting: Meeting): Fault | undefined {
    let struck: Fault | undefined;
    for (const scripted of this.#faults) {
      if (!matches(scripted.fault, meeting)) continue;
      scripted.matched += 1;
      if (struck || !isDue(scripted.fault.occurrence ?? 'first', scripted.matched)) continue;
      scripted.fired += 1;
      struck = scripted.fault;
    }
    struck?.onStrike?.();
    return struck;
  }
}

function matches(fault: Fault, { service, call, account, parameters }: Meeting): boolean {
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
