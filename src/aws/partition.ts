import { partition } from '@aws-sdk/core/client';
import type { EndpointPartition } from '@smithy/types';

/** Such as `aws-cn`. Those that exist are in data of the SDK, by Region: keysweep has no list of its own. */
export type Partition = string;

export interface PartitionFacts {
  readonly name: Partition;
  /** Of its endpoints, such as `amazonaws.com.cn`. */
  readonly dnsSuffix: string;
  /** That serves Organizations and account tags: https://docs.aws.amazon.com/general/latest/gr/ao.html */
  readonly homeRegion: string;
}

export function partitionOfRegion(region: string): PartitionFacts {
  const { name, dnsSuffix, implicitGlobalRegion } = partition(region) as SdkPartition;
  return { name, dnsSuffix, homeRegion: implicitGlobalRegion };
}

/** The type of the SDK leaves out what its endpoints of Organizations and IAM are made with. */
type SdkPartition = EndpointPartition & { readonly implicitGlobalRegion: string };

/** @returns undefined for a text that is no ARN */
export function partitionOf(arn: string): Partition | undefined {
  return /^arn:(aws(-[a-z]+)*):/.exec(arn)?.[1];
}
