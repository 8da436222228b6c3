import * as z from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema of accounts.json as it is written, before defaults: for editors, and for the table in the docs. */
export function accountsJsonSchema(): z.core.JSONSchema.BaseSchema {
  return (made ??= z.toJSONSchema(configSchema, { io: 'input' }));
}

/** Made once, and not before it is asked for: it takes some milliseconds, and the Lambda needs it for bad configuration only. */
let made: z.core.JSONSchema.BaseSchema | undefined;
