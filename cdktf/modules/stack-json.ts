import * as z from 'zod';

const objects = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

const providerBlock = z.looseObject({
  alias: z.string().optional(),
  region: z.string(),
  allowed_account_ids: z.tuple([z.string()]),
  assume_role: z.tuple([z.object({ role_arn: z.string(), session_name: z.string() })]).optional(),
  default_tags: z.tuple([z.object({ tags: z.record(z.string(), z.string()) })]),
});

/** What cdktf wrote of a stack, as far as a module takes it over. */
export const stackSchema = z.object({
  provider: z.object({ aws: z.array(providerBlock).min(1) }),
  terraform: z.looseObject({
    required_version: z.string(),
    required_providers: z.object({ aws: z.object({ version: z.string() }) }),
  }),
  resource: objects.default({}),
  data: objects.default({}),
});

export type Objects = z.output<typeof objects>;
export type ProviderBlock = z.output<typeof providerBlock>;
export type StackJson = z.output<typeof stackSchema>;

/** As a module and Terraform's language refer to a provider. */
export function providerName({ alias }: ProviderBlock): string {
  return alias === undefined ? 'aws' : `aws.${alias}`;
}

/** Without what cdktf notes for itself. */
export function withoutNotes(objectsOfType: Objects): Objects {
  return mapObjects(objectsOfType, (_, { '//': _notes, ...rest }) => rest);
}

export function mapObjects(
  objectsOfType: Objects,
  change: (type: string, object: Record<string, unknown>) => Record<string, unknown>,
): Objects {
  return Object.fromEntries(
    Object.entries(objectsOfType).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([id, object]) => [id, change(type, object)])),
    ]),
  );
}
