import type { Deployment } from '../../src/config/deployment-schema.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import type { Statement } from '../../src/deployment/policy-document.ts';

/** A key may be used by S3 for its caller, and not by the caller alone. */
export function throughS3(deployment: Deployment): NonNullable<Statement['Condition']> {
  return through('s3', deployment);
}

/** The same for any service. */
export function through(service: 's3' | 'sns', deployment: Deployment): NonNullable<Statement['Condition']> {
  const { partition } = deploymentNames(deployment);
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { StringEquals: { 'kms:ViaService': `${service}.${deployment.region}.${domain}` } };
}
