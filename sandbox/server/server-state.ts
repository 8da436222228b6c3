import type { CallLog } from './call-log.ts';
import type { FaultScript } from '../faults/faults.ts';
import type { Latency } from '../faults/latency.ts';
import type { ServiceSettings } from '../calls/call.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import type { Sessions } from '../calls/sessions.ts';
import type { Throttling } from '../faults/throttling.ts';

export interface PageOptions {
  /** No page is longer, whatever was asked for. */
  readonly maximumSize?: number;
  /** The first page of every list is empty and has a token. */
  readonly emptyFirst?: boolean;
}

/** Everything that has a say in an answer. */
export interface Behaviour {
  organization: SandboxOrganization;
  readonly sessions: Sessions;
  readonly calls: CallLog;
  readonly faults: FaultScript;
  readonly throttling: Throttling;
  readonly latency: Latency | undefined;
  readonly pages: PageOptions;
  readonly settings: ServiceSettings;
}
