import { describe, expect, it } from 'vitest';

import examples from '../../scripts/json-examples.json' with { type: 'json' };
import type { Documents } from '../../src/report/json.ts';
import { JSON_SCHEMAS } from '../../src/report/json-schemas.ts';
import { jsonDocument } from '../support/json-document.ts';

describe('docs/json.md', () => {
  it.each(Object.entries(examples))('shows a %s as its schema says', (name, example) => {
    jsonDocument(name as keyof Documents, JSON.stringify(example));
  });

  it('counts a field that no schema knows as wrong', () => {
    const { holds } = examples;
    expect(() => jsonDocument('holds', JSON.stringify({ ...holds, told: [] }))).toThrow();
    expect(() => jsonDocument('holds', JSON.stringify({ holds: holds.holds, version: 1 }))).toThrow();
  });

  it('begins every document with its version', () => {
    for (const { shape } of Object.values(JSON_SCHEMAS)) expect(Object.keys(shape)[0]).toBe('version');
  });
});
