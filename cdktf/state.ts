import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Deployment } from '../src/config/deployment-schema.ts';

/** The first that locks a state in S3 by a file: https://developer.hashicorp.com/terraform/language/backend/s3 */
const OLDEST_TERRAFORM = '>= 1.10';

/** Where Terraform keeps what it knows of a stack: in S3, locked by a file beside it, or for a first try on disk. */
export function keepState(stack: TerraformStack, { state }: Deployment): void {
  const name = stack.node.id;
  stack.addOverride('terraform.required_version', OLDEST_TERRAFORM);
  if (state === undefined) {
    // Terraform runs in cdktf.out/stacks/<name>; an absolute path, cdktf's default, would make every checkout differ.
    new LocalBackend(stack, { path: `../../../terraform.${name}.tfstate` });
    return;
  }
  const backend = new S3Backend(stack, {
    bucket: state.bucket,
    region: state.region,
    key: `${state.prefix}/${name}.tfstate`,
    encrypt: true,
    ...(state.kmsKeyArn !== undefined && { kmsKeyId: state.kmsKeyArn }),
  });
  // cdktf 0.21 does not know this argument of Terraform 1.10 and newer.
  backend.addOverride('use_lockfile', true);
}
