import type { Deployment } from '../src/config/deployment-schema.ts';
import { configSha256 } from '../src/config/hash.ts';
import {
  type DeployableConfig,
  deploymentNames,
  ROTATOR_VARIABLES,
  SERVICE_NAME,
} from '../src/deployment/names.ts';
import { METRICS_NAMESPACE } from '../src/report/metrics.ts';
import { CA_FILE } from './lambda-zip.ts';

export function lambdaVariables(config: DeployableConfig): Record<string, string> {
  return {
    [ROTATOR_VARIABLES.ledger]: deploymentNames(config.deployment).ledgerUrl,
    [ROTATOR_VARIABLES.configSha256]: configSha256(config),
    POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    ...proxyVariables(config.deployment),
  };
}

function proxyVariables({ proxy }: Deployment): Record<string, string> {
  if (proxy === undefined) return {};
  return {
    HTTPS_PROXY: proxy.url,
    ...(proxy.exclude.length > 0 && { NO_PROXY: proxy.exclude.join(',') }),
    ...(proxy.caFile !== undefined && { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` }),
  };
}
