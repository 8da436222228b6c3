import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

import { EVENT_SCHEMAS, type DetailType, type KeysweepEvent } from '../../src/report/event-schemas.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true });
addFormats.default(ajv);

const TYPES = Object.keys(EVENT_SCHEMAS) as DetailType[];
const validators = new Map<string, ReturnType<typeof ajv.compile>>(
  TYPES.map((type) => [type, compile(type)]),
);

function compile(type: DetailType) {
  const name = type.toLowerCase().replaceAll(' ', '-');
  const file = new URL(`../../schemas/events/${name}.v1.json`, import.meta.url);
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}

/** Why the detail of an event does not match its published schema; undefined: it does. */
export function problemOf(detailType: string, detail: unknown): string | undefined {
  const validate = validators.get(detailType);
  if (!validate) return `no schema is published for ${detailType}`;
  return validate(detail) ? undefined : ajv.errorsText(validate.errors);
}

/** Every event matches its schema after a round trip through JSON, without undocumented fields. */
export function expectPublishable(events: readonly KeysweepEvent[]): void {
  for (const { detailType, detail } of events) {
    expect(problemOf(detailType, JSON.parse(JSON.stringify(detail)))).toBeUndefined();
    expect(EVENT_SCHEMAS[detailType].parse(detail)).toEqual(detail);
  }
}
