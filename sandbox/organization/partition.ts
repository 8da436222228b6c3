export const PARTITIONS = ['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const;
export type Partition = (typeof PARTITIONS)[number];

/**
 * The Region that serves the global services of a partition, such as the tags of accounts.
 * https://docs.aws.amazon.com/general/latest/gr/ao.html
 */
export const HOME_REGION: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-northwest-1',
  'aws-eusc': 'eusc-de-east-1',
};
