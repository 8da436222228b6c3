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
    variables: { lambda_zip: ofZip, memory_size: ofMemory(lambda.memory_size), tags: ofTags },
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
    filename: '${local.lambda_zip}',
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
