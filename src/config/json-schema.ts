import * as z from 'zod';
import { configSchema } from './schema.ts';

let cached: z.core.JSONSchema.BaseSchema | undefined;

/** The JSON Schema of accounts.json before defaults. It takes milliseconds, so it is made on demand. */
export function accountsJsonSchema(): z.core.JSONSchema.BaseSchema {
  return (cached ??= z.toJSONSchema(configSchema, { io: 'input' }));
}
