export const PARTITIONS = ['aws', 'aws-us-gov', 'aws-cn'] as const;
export type Partition = (typeof PARTITIONS)[number];

/**
 * Where a partition keeps what belongs to no Region, such as the tags of accounts.
 * https://docs.aws.amazon.com/general/latest/gr/ao.html
 */
export const HOME_REGION: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-northwest-1',
};
