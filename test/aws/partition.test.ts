import { describe, expect, it } from 'vitest';

import { partitionOf } from '../../src/aws/partition.ts';

describe('the partition of an ARN', () => {
  it.each([
    ['arn:aws:sts::111111111111:assumed-role/KeysweepRotator/keysweep', 'aws'],
    ['arn:aws-us-gov:iam::111111111111:user/ada', 'aws-us-gov'],
    ['arn:aws-cn:iam::111111111111:root', 'aws-cn'],
    ['arn:aws-iso:iam::111111111111:user/ada', undefined],
    ['arn:constructor:iam::111111111111:user/ada', undefined],
    ['no arn', undefined],
    ['', undefined],
  ])('%s is %s', (arn, partition) => {
    expect(partitionOf(arn)).toBe(partition);
  });
});
