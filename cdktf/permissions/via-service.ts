import type { Deployment } from '../../src/config/deployment-schema.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import type { Statement } from '../../src/deployment/policy-document.ts';

/** The key may be used only through S3. */
export function viaS3(deployment: Deployment): NonNullable<Statement['Condition']> {
  return viaService('s3', deployment);
}

export function viaService(
  service: 's3' | 'sns',
  deployment: Deployment,
): NonNullable<Statement['Condition']> {
  const { dnsSuffix } = deploymentNames(deployment);
  return { StringEquals: { 'kms:ViaService': `${service}.${deployment.region}.${dnsSuffix}` } };
}
