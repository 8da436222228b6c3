import { rotationRoleTemplate } from '../../cdktf/member-role.ts';
import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { stateFile } from './terraform/state-file.ts';

/** The states after `npm run deploy`, by stack, with one or two resources of each. */
export function deployedStates(config: DeployableConfig): Map<string, string> {
  const { account, region } = config.deployment;
  const names = deploymentNames(config.deployment);
  return new Map([
    [
      names.ledgerStack,
      stateFile([
        { type: 'aws_s3_bucket', attributes: { bucket: names.ledgerBucket, arn: 'arn:aws:s3:::a-bucket' } },
        { type: 'aws_kms_key', attributes: { arn: `arn:aws:kms:${region}:${account}:key/1111-2222` } },
      ]),
    ],
    [
      names.rotatorStack,
      stateFile([
        { mode: 'data', type: 'aws_region', attributes: { name: 'us-west-1' } },
        { type: 'aws_iam_role', attributes: { arn: names.rotatorRoleArn } },
        { type: 'aws_lambda_function', attributes: { arn: names.functionArn } },
      ]),
    ],
    [
      names.memberRolesStack,
      stateFile([
        {
          type: 'aws_cloudformation_stack_set',
          attributes: { template_body: JSON.stringify(rotationRoleTemplate(config)) },
        },
      ]),
    ],
  ]);
}
