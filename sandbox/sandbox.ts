import { devNull } from 'node:os';
import { ADMINISTRATOR_CREDENTIALS } from './calls/caller.ts';
import { CallLog } from './server/call-log.ts';
import type { SandboxClock } from './organization/clock.ts';
import type { Behaviour, PageOptions } from './server/server-state.ts';
import { reply } from './server/endpoint.ts';
import { CONTROL_PREFIX, control } from './server/control.ts';
import type { Reply } from './faults/apply-fault.ts';
import { FaultScript, type Fault } from './faults/faults.ts';
import { listen, portOf, stop } from './server/http.ts';
import type { Latency } from './faults/latency.ts';
import { SandboxOrganization } from './organization/organization.ts';
import { HOME_REGION } from './organization/partition.ts';
import { Sessions } from './calls/sessions.ts';
import type { HttpRequest } from './wire/request.ts';
import { DOCUMENTED_THROTTLES, Throttling, type Throttle } from './faults/throttling.ts';

export interface SandboxOptions {
  /** An empty one with its management account unless given. A function makes it anew at every reset. */
  readonly organization?: SandboxOrganization | (() => SandboxOrganization);
  /** Any free one unless given. */
  readonly port?: number;
  /** None unless given. `documented`: the limits of Organizations and STS, and an assumed one of IAM. */
  readonly throttles?: 'documented' | readonly Throttle[];
  readonly latency?: Latency;
  readonly pages?: PageOptions;
  readonly faults?: readonly Fault[];
  /** Which spellings of an account's state are answered; `State` and `Status` unless told otherwise. */
  readonly accountFields?: { readonly state?: boolean; readonly status?: boolean; readonly paths?: boolean };
  /** The index that GetResources reads: how far behind it is, by the sandbox's clock, and whether it fails. */
  readonly tagIndex?: { readonly lagMilliseconds?: number; readonly fails?: boolean };
  /** false: the call log counts calls and keeps none of them. */
  readonly recordCalls?: boolean;
}

/** An AWS organization on the loopback interface. */
export interface Sandbox {
  /** The endpoint of every service: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly organization: SandboxOrganization;
  readonly calls: CallLog;
  readonly faults: FaultScript;
  readonly clock: SandboxClock;
  /** Of an administrator of the management account. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where the partition keeps what belongs to no Region. */
  readonly region: string;
  /** Answers a request as the endpoint does, without a socket. */
  readonly reply: (request: HttpRequest) => Promise<Reply>;
  /** What a child process needs to talk to the sandbox, and to nothing else. */
  environment(): Record<string, string>;
  /** Forgets calls and faults; where the organization came from a function, everything else too. */
  reset(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Starts it; its clock runs on from the time at which the organization's stands. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const behaviour = behaviourOf(options);
  const answering = async (request: HttpRequest): Promise<Reply> =>
    request.url.pathname.startsWith(CONTROL_PREFIX)
      ? control(behaviour, () => reset(behaviour, options), request)
      : reply(behaviour, request);
  const server = await listen(answering, options.port ?? 0);
  const url = `http://127.0.0.1:${portOf(server)}`;
  const region = HOME_REGION[behaviour.organization.partition];
  return {
    url,
    get organization() {
      return behaviour.organization;
    },
    get clock() {
      return behaviour.organization.clock;
    },
    calls: behaviour.calls,
    faults: behaviour.faults,
    credentials: ADMINISTRATOR_CREDENTIALS,
    region,
    reply: (request) => reply(behaviour, request),
    environment: () => environmentFor(url, region),
    reset: () => reset(behaviour, options),
    close: () => stop(server),
  };
}

function behaviourOf(options: SandboxOptions): Behaviour {
  const { accountFields, tagIndex, throttles } = options;
  const organization = organizationOf(options);
  organization.clock.start();
  return {
    organization,
    sessions: new Sessions(),
    calls: new CallLog(options.recordCalls),
    faults: new FaultScript(options.faults),
    throttling: new Throttling(throttles === 'documented' ? DOCUMENTED_THROTTLES : (throttles ?? [])),
    latency: options.latency,
    pages: options.pages ?? {},
    settings: {
      accountFields: { state: true, status: true, paths: false, ...accountFields },
      tagIndex: { lagMilliseconds: 0, fails: false, ...tagIndex },
    },
  };
}

function reset(behaviour: Behaviour, options: SandboxOptions): void {
  behaviour.calls.reset();
  behaviour.faults.clear();
  behaviour.faults.add(...(options.faults ?? []));
  if (typeof options.organization !== 'function') return;
  behaviour.sessions.clear();
  behaviour.organization = options.organization();
  behaviour.organization.clock.start();
}

function organizationOf({ organization }: SandboxOptions): SandboxOrganization {
  return typeof organization === 'function' ? organization() : (organization ?? new SandboxOrganization());
}

/** The variable for all services, and those that would win over it if the person had set them. */
const ENDPOINT_VARIABLES = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_ORGANIZATIONS',
  'AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_LAMBDA',
  'AWS_ENDPOINT_URL_SCHEDULER',
  'AWS_ENDPOINT_URL_SFN',
  'AWS_ENDPOINT_URL_SNS',
  'AWS_ENDPOINT_URL_EVENTBRIDGE',
  'AWS_ENDPOINT_URL_SESV2',
];

function environmentFor(url: string, region: string): Record<string, string> {
  return {
    ...Object.fromEntries(ENDPOINT_VARIABLES.map((name) => [name, url])),
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: ADMINISTRATOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ADMINISTRATOR_CREDENTIALS.secretAccessKey,
    // A profile of the person's own would win over some of these.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
