import type { Deployment } from '../config/deployment-schema.ts';

/** The file of deployment.proxy.caFile beside the bundle of the Lambdas. */
export const CA_FILE = 'ca.pem';

/** What decides how the Lambdas reach AWS; undefined: must not be set. The lower-case names come first. */
export function proxyVariables({ proxy }: Deployment) {
  return {
    HTTPS_PROXY: proxy?.url,
    NO_PROXY: proxy?.exclude.join(',') || undefined,
    NODE_EXTRA_CA_CERTS: proxy?.caFile === undefined ? undefined : `/var/task/${CA_FILE}`,
    AWS_CA_BUNDLE: undefined,
    https_proxy: undefined,
    no_proxy: undefined,
  };
}
