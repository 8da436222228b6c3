import * as z from 'zod';

/** What the checks read of a Terraform state: https://developer.hashicorp.com/terraform/internals/json-format */
const stateSchema = z.looseObject({
  version: z.literal(4),
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      instances: z.array(z.looseObject({ attributes: z.record(z.string(), z.unknown()).nullish() })),
    }),
  ),
});

export interface DeployedResource {
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface TerraformState {
  /** Without data sources; empty after `terraform destroy`. */
  readonly resources: readonly DeployedResource[];
}

/** @returns undefined when the text is no state of version 4, that of every Terraform since 0.12 */
export function parseState(text: string): TerraformState | undefined {
  const { success, data } = stateSchema.safeParse(parseJson(text));
  if (!success) return undefined;
  const managed = data.resources.filter(({ mode }) => mode === 'managed');
  return {
    resources: managed.flatMap(({ type, instances }) =>
      instances.map(({ attributes }) => ({ type, attributes: attributes ?? {} })),
    ),
  };
}

/** @returns undefined when the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
