import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity } from '@smithy/types';

import { paceOrganizations } from './pace.ts';
import { HOME_REGION, type Partition } from './partition.ts';

export type CredentialProvider = () => Promise<AwsCredentialIdentity>;

/** The SDK clients of a run. They share one HTTP handler, so none of them is ever destroyed alone: {@link close} ends them all. */
export interface Clients {
  readonly sts: STSClient;
  readonly organizations: OrganizationsClient;
  readonly s3: S3Client;
  tagging(partition: Partition): ResourceGroupsTaggingAPIClient;
  /** A client for the account that the credentials belong to. */
  iam(credentials: CredentialProvider): IAMClient;
  close(): void;
}

export interface ClientOptions {
  /** Region of STS and of the ledger's bucket; the SDK's own chain (AWS_REGION, profile) when left out. */
  readonly region?: string | undefined;
  /** One address for every service; the SDK's own AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> when left out. */
  readonly endpoint?: string | undefined;
  /** Of the caller; the SDK's own chain when left out. */
  readonly credentials?: AwsCredentialIdentity | undefined;
  /** Most connections that are open at a time. */
  readonly sockets: number;
}

/**
 * Attempts per call. Three, the SDK's default, give up on a throttled API after 1.4 s on average; eight last about 40 s.
 * STS and Organizations share one bucket among all tools of the organization, so they get more patience.
 */
const ATTEMPTS = { shared: 9, iam: 7 } as const;

/** The only place that makes SDK clients. Sends nothing. */
export function openClients({ region, endpoint, credentials, sockets }: ClientOptions): Clients {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: sockets }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: sockets }),
  });
  const base = { requestHandler, ...(region && { region }), ...(endpoint && { endpoint }) };
  const shared = {
    ...base,
    ...(credentials && { credentials }),
    maxAttempts: ATTEMPTS.shared,
    retryMode: 'standard',
  };
  return {
    sts: new STSClient(shared),
    organizations: paceOrganizations(new OrganizationsClient(shared)),
    s3: new S3Client({ ...shared, followRegionRedirects: true }),
    tagging: (partition) => new ResourceGroupsTaggingAPIClient({ ...shared, region: HOME_REGION[partition] }),
    // One IAM client is one account is one bucket: the adaptive mode's gate holds up nobody else.
    iam: (credentials) =>
      new IAMClient({ ...base, credentials, maxAttempts: ATTEMPTS.iam, retryMode: 'adaptive' }),
    close: () => requestHandler.destroy(),
  };
}
