import type { RunDependencies } from '../sweep/begin.ts';
import type { RunContext } from '../sweep/run-context.ts';
import type { DeployedClients } from './deployed/clients.ts';

export interface DoctorDependencies extends RunDependencies {
  /** Undefined where accounts.json names no deployment. */
  readonly deployed: DeployedClients | undefined;
}

/** The same, once the caller and the organization are known. The run id names the sessions in CloudTrail. */
export type DoctorContext = DoctorDependencies &
  Pick<RunContext, 'caller' | 'organization' | 'runId' | 'startedAt'>;
