import { configSha256 } from '../src/config/hash.ts';
import {
  type DeployableConfig,
  deploymentNames,
  ROTATOR_VARIABLES,
  SERVICE_NAME,
} from '../src/deployment/names.ts';
import { proxyVariables } from '../src/deployment/proxy-variables.ts';
import { METRICS_NAMESPACE } from '../src/report/metrics.ts';

export function lambdaVariables(config: DeployableConfig): Record<string, string> {
  return {
    [ROTATOR_VARIABLES.ledger]: deploymentNames(config.deployment).ledgerUrl,
    [ROTATOR_VARIABLES.configSha256]: configSha256(config),
    POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    ...defined(proxyVariables(config.deployment)),
  };
}

function defined(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
