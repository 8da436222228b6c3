import type { RunContext, RunDependencies } from '../sweep/run-context.ts';
import type { DeployedClients } from './deployed/clients.ts';

export interface DoctorDependencies extends RunDependencies {
  /** Undefined when accounts.json has no deployment. */
  readonly deployed: DeployedClients | undefined;
}

/** The run id names doctor's sessions in CloudTrail. */
export type DoctorContext = DoctorDependencies &
  Pick<RunContext, 'caller' | 'organization' | 'runId' | 'startedAt'>;
