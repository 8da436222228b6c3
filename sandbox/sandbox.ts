import { devNull } from 'node:os';
import { ADMINISTRATOR_CREDENTIALS } from './calls/caller.ts';
import type { Reply } from './faults/apply-fault.ts';
import type { FaultList } from './faults/faults.ts';
import type { SandboxClock } from './organization/clock.ts';
import type { SandboxOrganization } from './organization/organization.ts';
import { HOME_REGION } from './organization/partition.ts';
import type { CallLog } from './server/call-log.ts';
import { CONTROL_PREFIX, handleControlRequest } from './server/control.ts';
import { handleRequest } from './server/endpoint.ts';
import { listen, portOf, type RequestHandler, stop } from './server/http.ts';
import { createServerState, resetServerState, type ServerOptions } from './server/server-state.ts';
import type { HttpRequest } from './wire/request.ts';

export interface SandboxOptions extends ServerOptions {
  /** Default: any free port. */
  readonly port?: number;
}

/** An AWS organization on the loopback interface. */
export interface Sandbox {
  /** The endpoint of every service: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly organization: SandboxOrganization;
  readonly calls: CallLog;
  readonly faults: FaultList;
  readonly clock: SandboxClock;
  /** Of an administrator of the management account. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The Region of the partition's global services. */
  readonly region: string;
  /** Answers a request of an AWS client without a socket. */
  readonly reply: (request: HttpRequest) => Promise<Reply>;
  /** Environment variables with which a child process talks to the sandbox and not to AWS. */
  environment(): Record<string, string>;
  /** Forgets calls and faults; creates the organization again if it came from a function. */
  reset(): void;
  /** Closes every connection. */
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const state = createServerState(options);
  const reset = () => resetServerState(state, options);
  const handler: RequestHandler = async (request) =>
    request.url.pathname.startsWith(CONTROL_PREFIX)
      ? handleControlRequest(state, reset, request)
      : handleRequest(state, request);
  const server = await listen(handler, options.port ?? 0);
  const url = `http://127.0.0.1:${portOf(server)}`;
  const region = HOME_REGION[state.organization.partition];
  return {
    url,
    get organization() {
      return state.organization;
    },
    get clock() {
      return state.organization.clock;
    },
    calls: state.calls,
    faults: state.faults,
    credentials: ADMINISTRATOR_CREDENTIALS,
    region,
    reply: (request) => handleRequest(state, request),
    environment: () => environmentFor(url, region),
    reset,
    close: () => stop(server),
  };
}

/** The variable for all services, and those of single services, which would override it if they were set. */
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
    // The user's own profile would override some of these.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
