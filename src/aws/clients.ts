import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import type { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  MetadataBearer,
  RetryStrategyV2,
} from '@smithy/types';

import { openHttpHandler, TIMEOUTS, type Timeouts } from './http-handler.ts';
import { followBucket } from './bucket-region.ts';
import { reportCalls, type CallReport } from './call-report.ts';
import { openIamClient } from './iam-client.ts';
import { limitOrganizations } from './rate-limit.ts';
import { partitionOfRegion } from './partition.ts';
import { countRequests, type RequestCounter } from './request-counter.ts';
import { endOnSilence, Silence } from './silence.ts';
import { verifyResponses, type AwsClient } from './verify-response.ts';

export type CredentialProvider = () => Promise<AwsCredentialIdentity>;

/** The SDK clients of a run share one HTTP handler: never destroy one alone, {@link close} ends them all. */
export interface Clients {
  readonly sts: STSClient;
  readonly organizations: OrganizationsClient;
  readonly s3: S3Client;
  /** @param region of the state machine; that of the other clients when left out */
  sfn(region?: string): SFNClient;
  /** @param region of the key */
  kms(region: string): KMSClient;
  /** In the Region of the partition that knows the tags of accounts. */
  tagging(): ResourceGroupsTaggingAPIClient;
  /**
   * A client for the account that the credentials belong to.
   * @param accountId after a call there had no answer, none of its clients sends another
   */
  iam(credentials: CredentialProvider, accountId?: string): IAMClient;
  /** @param region of bus, topic and sender; that of the other clients when undefined */
  notices(region: string | undefined): NoticeClients;
  /** @param Client from the caller: only the rotator needs it, and it takes a terminal a tenth of a second */
  securityHub(Client: typeof SecurityHubClient, region: string): SecurityHubClient;
  /**
   * Ends the retries in these accounts, for the sessions that are open, if AWS throttles every one of them
   * again and again.
   */
  endThrottled(accountIds: Iterable<string>): void;
  readonly requests: RequestCounter;
  close(): void;
}

export interface NoticeClients {
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
  readonly ses: SESv2Client;
}

export interface ClientOptions {
  /** Where the ledger's bucket may not be; the SDK's own chain (AWS_REGION, profile) when left out. */
  readonly region?: string | (() => Promise<string>) | undefined;
  /** One URL for every service; AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> when left out. */
  readonly endpoint?: string | undefined;
  /** Of the caller; the SDK's own chain when left out. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /** Most open connections. */
  readonly sockets: number;
  /** This process's share of Organizations' rate limits; 1 when left out. */
  readonly organizationsShare?: number | undefined;
  /** Told of every call that has ended. */
  readonly onCall?: ((call: CallReport) => void) | undefined;
  /** {@link DEFAULT_RETRIES} when left out. */
  readonly retries?: RetrySettings | undefined;
}

/** When a call has failed. */
export interface RetrySettings extends Timeouts {
  /** Attempts per call: to IAM in one account, and to the services that all accounts share. */
  readonly attempts: { readonly shared: number; readonly iam: number };
  /** The SDK's own when left out. */
  readonly strategy?: ((attempts: number) => RetryStrategyV2) | undefined;
}

/**
 * Three attempts, the SDK's default, give up on a throttled API after 1.4 s on average; eight take about 40
 * s. All tools of the organization share the buckets of STS and Organizations, so these get more attempts.
 */
const DEFAULT_RETRIES: RetrySettings = { ...TIMEOUTS, attempts: { shared: 9, iam: 7 } };

const adaptive = (attempts: number): RetryStrategyV2 => new AdaptiveRetryStrategy(attempts);

/** In environment and profile, where the client of each account would look again. */
const foundBy = ({ config }: STSClient) => ({
  region: config.region,
  useFipsEndpoint: config.useFipsEndpoint,
  useDualstackEndpoint: config.useDualstackEndpoint,
  userAgentAppId: config.userAgentAppId,
  authSchemePreference: config.authSchemePreference,
  disableClockSkewCorrection: config.disableClockSkewCorrection,
});

/** The only function that makes SDK clients. Sends nothing. */
export function openClients(options: ClientOptions): Clients {
  const { region, endpoint, credentials, sockets, retries = DEFAULT_RETRIES } = options;
  const requests = countRequests();
  const requestHandler = requests.countSent(openHttpHandler(retries, sockets));
  const base = { requestHandler, ...(region && { region }), ...(endpoint && { endpoint }) };
  const { attempts, strategy = adaptive } = retries;
  const retrying = (maxAttempts: number, silence?: Silence) => ({
    maxAttempts,
    retryStrategy: endOnSilence(strategy(maxAttempts), silence),
  });
  const shared = () => ({
    ...base,
    ...(credentials && { credentials }),
    maxAttempts: attempts.shared,
    retryMode: 'standard',
    ...(retries.strategy && { retryStrategy: strategy(attempts.shared) }),
  });
  const silences = new Map<string, Silence>();
  const silenceOf = (accountId: string): Silence => {
    const silence = silences.get(accountId) ?? new Silence();
    silences.set(accountId, silence);
    return silence;
  };
  const counted = <Client, Input extends object, Output extends MetadataBearer>(
    client: Client & AwsClient<Input, Output>,
    accountId?: string,
  ): Client => {
    const { onCall } = options;
    return requests.countThrottled(verifyResponses(onCall ? reportCalls(client, onCall, accountId) : client));
  };
  const sts = new STSClient({ ...shared(), ...retrying(attempts.shared) });
  const homeRegion = async () => partitionOfRegion(await sts.config.region()).homeRegion;
  return {
    // All sessions share one bucket, with other tools too: adaptive mode slows them down together.
    sts: counted(sts),
    organizations: counted(limitOrganizations(new OrganizationsClient(shared()), options.organizationsShare)),
    sfn: (sfnRegion) => counted(new SFNClient({ ...shared(), ...(sfnRegion && { region: sfnRegion }) })),
    kms: (kmsRegion) => counted(new KMSClient({ ...shared(), region: kmsRegion })),
    s3: counted(followBucket(new S3Client(shared()))),
    tagging: () => counted(new ResourceGroupsTaggingAPIClient({ ...shared(), region: homeRegion })),
    // One IAM client per account, one bucket per account: adaptive mode slows down no other account.
    iam: (session, accountId) => {
      const retry = retrying(attempts.iam, accountId === undefined ? undefined : silenceOf(accountId));
      return counted(openIamClient({ ...base, ...foundBy(sts), credentials: session, ...retry }), accountId);
    },
    notices: (noticeRegion) => {
      const settings = { ...shared(), ...(noticeRegion !== undefined && { region: noticeRegion }) };
      return {
        sns: counted(new SNSClient(settings)),
        eventBridge: counted(new EventBridgeClient(settings)),
        ses: counted(new SESv2Client(settings)),
      };
    },
    securityHub: (Client, hubRegion) => counted(new Client({ ...shared(), region: hubRegion })),
    endThrottled: (accountIds) => {
      const ids = [...accountIds];
      if (!ids.every((id) => silences.get(id)?.isThrottled)) return;
      for (const id of ids) {
        silences.get(id)?.end();
        silences.delete(id);
      }
    },
    requests,
    close: () => requestHandler.destroy(),
  };
}
