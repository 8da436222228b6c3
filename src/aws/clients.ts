import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, RetryStrategyV2 } from '@smithy/types';

import { openHttpHandler, TIMEOUTS, type Timeouts } from './http-handler.ts';
import { cacheMiddleware } from './cache-middleware.ts';
import { limitOrganizations } from './rate-limit.ts';
import { HOME_REGION, type Partition } from './partition.ts';
import { countRequests, type RequestCounter } from './request-counter.ts';

export type CredentialProvider = () => Promise<AwsCredentialIdentity>;

/** The SDK clients of a run. They share one HTTP handler, so none of them is ever destroyed alone: {@link close} ends them all. */
export interface Clients {
  readonly sts: STSClient;
  readonly organizations: OrganizationsClient;
  readonly s3: S3Client;
  /** @param region where the state machine is; that of the other clients when left out */
  sfn(region?: string): SFNClient;
  tagging(partition: Partition): ResourceGroupsTaggingAPIClient;
  /** A client for the account that the credentials belong to. */
  iam(credentials: CredentialProvider): IAMClient;
  /** @param region where bus, topic and sender are; that of the other clients when undefined */
  notices(region: string | undefined): NoticeClients;
  /** What all of them together have sent. */
  readonly traffic: RequestCounter;
  close(): void;
}

/** Those that carry notices. */
export interface NoticeClients {
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
  readonly ses: SESv2Client;
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
  /** What this process may have of the rate that Organizations allows to all; all of it when left out. */
  readonly organizationsShare?: number | undefined;
  /** {@link PATIENCE} when left out. */
  readonly patience?: Patience | undefined;
}

/** How long a call is tried before it has failed. */
export interface Patience extends Timeouts {
  /** Attempts per call: of IAM in one account, and of the services that all accounts share. */
  readonly attempts: { readonly shared: number; readonly iam: number };
  /** Makes the strategy by which a client waits and tries again; the SDK's own when left out. */
  readonly strategy?: ((attempts: number) => RetryStrategyV2) | undefined;
}

/**
 * Three attempts, the SDK's default, give up on a throttled API after 1.4 s on average; eight last about 40 s. STS and
 * Organizations share one bucket among all tools of the organization, so they get more patience.
 */
const PATIENCE: Patience = { ...TIMEOUTS, attempts: { shared: 9, iam: 7 } };

/** The only place that makes SDK clients. Sends nothing. */
export function openClients(options: ClientOptions): Clients {
  const { region, endpoint, credentials, sockets, patience = PATIENCE } = options;
  const requestHandler = openHttpHandler(patience, sockets);
  const base = { requestHandler, ...(region && { region }), ...(endpoint && { endpoint }) };
  const trying = (attempts: number, retryMode: 'standard' | 'adaptive') => ({
    maxAttempts: attempts,
    retryMode,
    ...(patience.strategy && { retryStrategy: patience.strategy(attempts) }),
  });
  const shared = () => ({
    ...base,
    ...(credentials && { credentials }),
    ...trying(patience.attempts.shared, 'standard'),
  });
  const traffic = countRequests();
  const counted = traffic.count;
  return {
    // All sessions drink from one bucket, and other tools too: one pace for all, where each alone would soon have failed too often.
    sts: counted(new STSClient({ ...shared(), ...trying(patience.attempts.shared, 'adaptive') })),
    organizations: counted(limitOrganizations(new OrganizationsClient(shared()), options.organizationsShare)),
    sfn: (sfnRegion) => counted(new SFNClient({ ...shared(), ...(sfnRegion && { region: sfnRegion }) })),
    s3: counted(new S3Client({ ...shared(), followRegionRedirects: true })),
    tagging: (partition) =>
      counted(new ResourceGroupsTaggingAPIClient({ ...shared(), region: HOME_REGION[partition] })),
    // One IAM client is one account is one bucket: the adaptive mode's gate holds up nobody else.
    iam: (credentials) =>
      cacheMiddleware(
        counted(new IAMClient({ ...base, credentials, ...trying(patience.attempts.iam, 'adaptive') })),
      ),
    notices: (noticeRegion) => {
      const settings = { ...shared(), ...(noticeRegion !== undefined && { region: noticeRegion }) };
      return {
        sns: counted(new SNSClient(settings)),
        eventBridge: counted(new EventBridgeClient(settings)),
        ses: counted(new SESv2Client(settings)),
      };
    },
    traffic,
    close: () => requestHandler.destroy(),
  };
}
