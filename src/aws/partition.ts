/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn';

/**
 * The Region that serves Organizations and account tags.
 * https://docs.aws.amazon.com/general/latest/gr/ao.html
 */
export const HOME_REGION: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-northwest-1',
};

/** @returns undefined for a partition that keysweep does not know */
export function partitionOf(arn: string): Partition | undefined {
  const partition = arn.split(':')[1] ?? '';
  return Object.hasOwn(HOME_REGION, partition) ? (partition as Partition) : undefined;
}
