import { describe, expect, it } from 'vitest';

import { partitionOf, partitionOfRegion } from '../../src/aws/partition.ts';

describe('the partition of an ARN', () => {
  it.each([
    ['arn:aws:sts::111111111111:assumed-role/KeysweepRotator/keysweep', 'aws'],
    ['arn:aws-us-gov:iam::111111111111:user/ada', 'aws-us-gov'],
    ['arn:aws-cn:iam::111111111111:root', 'aws-cn'],
    ['arn:aws-eusc:iam::111111111111:user/ada', 'aws-eusc'],
    ['arn:aws-iso-b:iam::111111111111:user/ada', 'aws-iso-b'],
    ['arn:constructor:iam::111111111111:user/ada', undefined],
    ['no arn', undefined],
    ['', undefined],
  ])('%s is %s', (arn, partition) => {
    expect(partitionOf(arn)).toBe(partition);
  });
});

describe('the partition of a Region', () => {
  it.each([
    ['eu-central-1', 'aws', 'amazonaws.com', 'us-east-1'],
    // A Region that is newer than this SDK.
    ['eu-anywhere-9', 'aws', 'amazonaws.com', 'us-east-1'],
    ['us-gov-east-1', 'aws-us-gov', 'amazonaws.com', 'us-gov-west-1'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'cn-northwest-1'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu', 'eusc-de-east-1'],
    ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov', 'us-isob-east-1'],
  ])('of %s is %s', (region, name, dnsSuffix, homeRegion) => {
    expect(partitionOfRegion(region)).toEqual({ name, dnsSuffix, homeRegion });
  });
});
