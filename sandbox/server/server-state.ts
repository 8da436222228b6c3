import type { ServiceSettings } from '../calls/call.ts';
import { Sessions } from '../calls/sessions.ts';
import { type Fault, FaultList } from '../faults/faults.ts';
import type { Latency } from '../faults/latency.ts';
import { DOCUMENTED_THROTTLES, type Throttle, Throttling } from '../faults/throttling.ts';
import { SandboxOrganization } from '../organization/organization.ts';
import { CallLog } from './call-log.ts';

export interface PageOptions {
  /** No page is longer, whatever the call asks for. */
  readonly maximumSize?: number;
  /** The first page of every list is empty and has a token. */
  readonly emptyFirst?: boolean;
}

export interface ServerOptions {
  /** Default: one with only its management account. A function is called again at every reset. */
  readonly organization?: SandboxOrganization | (() => SandboxOrganization);
  /** `documented`: the limits of Organizations and STS, and an assumed one of IAM. Default: none. */
  readonly throttles?: 'documented' | readonly Throttle[];
  readonly latency?: Latency;
  readonly pages?: PageOptions;
  readonly faults?: readonly Fault[];
  /** Fields in which Organizations returns the state of an account. Default: `State` and `Status`. */
  readonly accountFields?: Partial<ServiceSettings['accountFields']>;
  /** The index that GetResources reads: how late it is, by the sandbox's clock, and whether it fails. */
  readonly tagIndex?: Partial<ServiceSettings['tagIndex']>;
  /** false: the call log only counts calls. */
  readonly recordCalls?: boolean;
}

/** Everything on which a response depends. */
export interface ServerState {
  organization: SandboxOrganization;
  readonly sessions: Sessions;
  readonly calls: CallLog;
  readonly faults: FaultList;
  readonly throttling: Throttling;
  readonly latency: Latency | undefined;
  readonly pages: PageOptions;
  readonly settings: ServiceSettings;
}

/** Starts the clock of the organization. */
export function createServerState(options: ServerOptions): ServerState {
  const { accountFields, tagIndex, throttles } = options;
  return {
    organization: startedOrganization(options),
    sessions: new Sessions(),
    calls: new CallLog(options.recordCalls),
    faults: new FaultList(options.faults),
    throttling: new Throttling(throttles === 'documented' ? DOCUMENTED_THROTTLES : (throttles ?? [])),
    latency: options.latency,
    pages: options.pages ?? {},
    settings: {
      accountFields: { state: true, status: true, paths: false, ...accountFields },
      tagIndex: { lagMilliseconds: 0, fails: false, ...tagIndex },
    },
  };
}

export function resetServerState(state: ServerState, options: ServerOptions): void {
  state.calls.reset();
  state.faults.clear();
  state.faults.add(...(options.faults ?? []));
  if (typeof options.organization !== 'function') return;
  state.sessions.clear();
  state.organization = startedOrganization(options);
}

function startedOrganization({ organization }: ServerOptions): SandboxOrganization {
  const found = typeof organization === 'function' ? organization() : organization;
  const started = found ?? new SandboxOrganization();
  started.clock.start();
  return started;
}
