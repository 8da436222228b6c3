import { guards } from './guards.ts';
import { type Output, outputsOf } from './outputs.ts';
import { mapObjects, type Objects, providerName, type StackJson, withoutNotes } from './stack-json.ts';
import { type Variable, variablesOf } from './variables.ts';

/** The files of a module, by name without `.tf.json`. */
export interface TerraformModule {
  readonly versions: { readonly terraform: object };
  readonly variables: { readonly variable: Record<string, Variable> };
  readonly main: { readonly locals: object; readonly resource: Objects; readonly data: Objects };
  readonly outputs: { readonly output: Record<string, Output> };
}

/**
 * Makes a module of a stack: without backend and providers, which belong to whoever uses it, and with
 * variables for what neither accounts.json nor a policy contains. docs/adr/0024-terraform-modules.md
 * @param taggable the types of resources to which the provider of the stack would add its tags
 */
export function makeModule(stack: StackJson, taggable: ReadonlySet<string>): TerraformModule {
  const resource = withoutNotes(stack.resource);
  const { variables, locals, replace } = variablesOf(stack);
  return {
    versions: { terraform: versions(stack) },
    variables: { variable: variables },
    main: {
      locals,
      resource: mapObjects(resource, (type, object) => ({
        ...object,
        ...replace(object),
        ...(taggable.has(type) && { tags: '${local.tags}' }),
      })),
      data: { ...withoutNotes(stack.data), ...guards(stack.provider.aws) },
    },
    outputs: { output: outputsOf(resource) },
  };
}

/** A module leaves the exact version of the provider to the lock file of its user. */
function versions({ terraform, provider }: StackJson): object {
  const [major, minor] = terraform.required_providers.aws.version.split('.');
  const aliases = provider.aws.filter(({ alias }) => alias !== undefined).map(providerName);
  return {
    required_version: terraform.required_version,
    required_providers: {
      aws: {
        source: 'hashicorp/aws',
        version: `~> ${major}.${minor}`,
        ...(aliases.length > 0 && { configuration_aliases: aliases }),
      },
    },
  };
}
