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
  /** In a list of several pages: whether one comes before this one, or else after it. */
  readonly isPage?: 'first' | 'later';
  /** Who comes after the one that hangs on the call asks the same again. */
  readonly isAskedByAll?: true;
  /** What hangs on the call is lost before it, by the faults without which it would not be. */
  readonly isLost?: true;
}

export const RUN: Governs = { what: 'run' };
export const NOTHING: Governs = { what: 'nothing' };
export const account = (id: string): Governs => ({ what: 'account', account: id });
export const user = (id: string, userName: string): Governs => ({ what: 'user', account: id, userName });
export const later = (id: string): Governs => ({ what: 'later', account: id });

const NO_DETOUR: readonly Fault[] = [];

type Place = Pick<Site, 'position' | 'governs'> &
  Partial<Pick<Site, 'aim' | 'nth' | 'phase' | 'after' | 'isPage' | 'isLost' | 'isAskedByAll'>>;

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

/** The call has a second page: the first is empty. */
export function secondPage(service: ServiceName, call: string, aim: Site['aim']) {
  const emptyPage: Fault = { service, call, ...aim, kind: 'empty-page' };
  return { aim, nth: 2, isPage: 'later' as const, after: [emptyPage] };
}
