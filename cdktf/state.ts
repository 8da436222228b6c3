import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Deployment } from '../src/config/deployment-schema.ts';

/** The first version with lock files in S3: https://developer.hashicorp.com/terraform/language/backend/s3 */
const TERRAFORM_VERSION = '>= 1.10';

/** Terraform's state: in S3 with a lock file, or on disk for a first try. */
export function configureBackend(stack: TerraformStack, { state }: Deployment): void {
  const name = stack.node.id;
  stack.addOverride('terraform.required_version', TERRAFORM_VERSION);
  if (state === undefined) {
    // Relative to cdktf.out/stacks/<name>; cdktf's default, an absolute path, would differ between checkouts.
    new LocalBackend(stack, { path: `../../../${localStateFile(name)}` });
    return;
  }
  const backend = new S3Backend(stack, {
    bucket: state.bucket,
    region: state.region,
    key: stateKey(state, name),
    encrypt: true,
    ...(state.kmsKeyArn !== undefined && { kmsKeyId: state.kmsKeyArn }),
  });
  // cdktf 0.21 does not know this argument of Terraform 1.10.
  backend.addOverride('use_lockfile', true);
}

/** Beside accounts.json. */
export function localStateFile(stack: string): string {
  return `terraform.${stack}.tfstate`;
}

export function stateKey({ prefix }: NonNullable<Deployment['state']>, stack: string): string {
  return `${prefix}/${stack}.tfstate`;
}
