import { expect } from 'vitest';

import type { Documents } from '../../src/report/json.ts';
import { JSON_SCHEMAS } from '../../src/report/json-schemas.ts';

/** What a command printed with `--json`: one document that holds what docs/json.md says, and nothing else. */
export function jsonDocument<Name extends keyof Documents>(name: Name, stdout: string): Documents[Name] {
  const document = JSON.parse(stdout) as Documents[Name];
  expect(Object.entries(document)[0]).toEqual(['version', 1]);
  // A schema drops what it does not know.
  expect(JSON_SCHEMAS[name].parse(document)).toEqual(document);
  return document;
}
