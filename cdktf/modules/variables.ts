import type { StackJson } from './stack-json.ts';

export interface Variable {
  readonly description: string;
  readonly type: string;
  readonly default: unknown;
  readonly nullable: boolean;
}

export const ZIP_FILE = 'keysweep.zip';

interface Variables {
  readonly variables: Record<string, Variable>;
  readonly locals: Record<string, string | object>;
  /** The arguments of a resource that the variables replace. */
  readonly replace: (resource: Readonly<Record<string, unknown>>) => object;
}

export function variablesOf(stack: StackJson): Variables {
  const { tags } = stack.provider.aws[0]?.default_tags[0] ?? { tags: {} };
  const ofTags = {
    description: 'Tags for every resource that can have some, in addition to those of accounts.json.',
    type: 'map(string)',
    default: {},
    nullable: false,
  };
  const mergedTags = `\${merge(var.tags, ${JSON.stringify(tags)})}`;
  const lambda = Object.values(stack.resource.aws_lambda_function ?? {})[0];
  if (lambda === undefined)
    return { variables: { tags: ofTags }, locals: { tags: mergedTags }, replace: () => ({}) };
  return {
    variables: {
      lambda_zip: ofZip,
      memory_size: ofMemory(lambda.memory_size),
      signed_code: ofSignedCode,
      tags: ofTags,
    },
    locals: { lambda_zip: `\${coalesce(var.lambda_zip, "\${path.module}/${ZIP_FILE}")}`, tags: mergedTags },
    replace: (resource) => ('source_code_hash' in resource ? replaceCode(resource.source_code_hash) : {}),
  };
}

const ofZip = {
  description: `Path of the zip of the Lambdas, if it is not the ${ZIP_FILE} in this module.`,
  type: 'string',
  default: null,
  nullable: true,
};

const ofSignedCode = {
  description: 'The zip as AWS Signer wrote it to S3, if Lambda is to check its signature.',
  type: 'object({ bucket = string, key = string, code_signing_config_arn = string })',
  default: null,
  nullable: true,
};

function ofMemory(size: unknown): Variable {
  return {
    description: 'Memory of each Lambda in MB, which also decides its share of a processor.',
    type: 'number',
    default: size,
    nullable: false,
  };
}

/** The zip contains the accounts.json of which the policies were made, so it must be that one. */
function replaceCode(hash: unknown): object {
  return {
    filename: '${var.signed_code == null ? local.lambda_zip : null}',
    // A signed zip has another hash; each has its own key.
    source_code_hash: `\${var.signed_code == null ? ${JSON.stringify(hash)} : null}`,
    s3_bucket: '${try(var.signed_code.bucket, null)}',
    s3_key: '${try(var.signed_code.key, null)}',
    code_signing_config_arn: '${try(var.signed_code.code_signing_config_arn, null)}',
    memory_size: '${var.memory_size}',
    lifecycle: {
      precondition: [
        {
          condition: `\${filebase64sha256(local.lambda_zip) == ${JSON.stringify(hash)}}`,
          error_message:
            'This zip was not written with this module: its accounts.json or its program may differ. ' +
            'Take both from one keysweep synth --modules.',
        },
      ],
    },
  };
}
