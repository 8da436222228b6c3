import * as z from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema of accounts.json as it is written, before defaults: for editors, and for the table in the docs. */
export function accountsJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: 'input' });
}
