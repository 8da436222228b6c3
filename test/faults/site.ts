import type { Fault } from '../../sandbox/faults/faults.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';

/**
 * What hangs on a call, and so what must not be written when it fails for good. `user`: nothing but that
 * user's keys. `write`: the call is itself the write. `later`: the accounts after this one. `nothing`:
 * another way is taken.
 */
export type Governs =
  | { readonly what: 'run' | 'nothing' }
  | { readonly what: 'account' | 'later'; readonly account: string }
  | { readonly what: 'user' | 'write'; readonly account: string; readonly userName: string };

/** One place in a sweep where a call can fail. */
export interface Site {
  readonly service: ServiceName;
  readonly call: string;
  /** Which of the sweep's calls, for people. */
  readonly position: string;
  readonly aim: Pick<Fault, 'account' | 'where'>;
  /** Which of the calls that fit the aim. */
  readonly nth: number;
  readonly governs: Governs;
  /** Whether writes may have been sent before it. */
  readonly phase: 'reading' | 'writing';
  /** Faults without which the sweep would not come here. */
  readonly after: readonly Fault[];
}

export const RUN: Governs = { what: 'run' };
export const NOTHING: Governs = { what: 'nothing' };
export const account = (id: string): Governs => ({ what: 'account', account: id });
export const user = (id: string, userName: string): Governs => ({ what: 'user', account: id, userName });
export const later = (id: string): Governs => ({ what: 'later', account: id });

const NO_DETOUR: readonly Fault[] = [];

type Place = Pick<Site, 'position' | 'governs'> & Partial<Pick<Site, 'aim' | 'nth' | 'phase' | 'after'>>;

export function sites(name: string, ...places: readonly Place[]): Site[] {
  const [service = '', call = ''] = name.split(':');
  return places.map((place) => ({
    service: service as ServiceName,
    call,
    aim: {},
    nth: 1,
    phase: 'reading',
    after: NO_DETOUR,
    ...place,
  }));
}
