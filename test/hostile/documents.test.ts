import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { parseAccountsLock, renderAccountsLock } from '../../src/config/accounts-lock.ts';
import { configSha256 } from '../../src/config/hash.ts';
import { accountsJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { parseEvent } from '../../src/rotator/event.ts';
import { InvalidEventError } from '../../src/rotator/errors.ts';
import { parsePlanFile, type PlanFile } from '../../src/ledger/plan-file.ts';
import {
  damagedTexts,
  pathsOfSchema,
  replaced,
  STRANGE,
  strangeBytes,
  strangeDocuments,
} from './mutations.ts';
import { checkMessage, thrownBy } from './refusing.ts';

const RUN_ID = '20261127T225500Z-1a2b3c';
const CONFIG = JSON.parse(readFileSync('accounts.example.json', 'utf8')) as object;
const SETTINGS = pathsOfSchema(accountsJsonSchema());
const PLAN: PlanFile = {
  version: 1,
  runId: RUN_ID,
  organizationId: 'o-a1b2c3d4e5',
  configSha256: 'c0ffee',
  plannedAt: '2026-11-27T22:55:00.000Z',
  keys: [
    {
      accountId: '111122223333',
      userName: 'ada',
      accessKeyId: 'AKIA1',
      status: 'Active',
      action: 'deactivate',
    },
  ],
};
const LOCK = renderAccountsLock({
  version: 1,
  organizationId: 'o-a1b2c3d4e5',
  accounts: [{ id: '111122223333', name: 'one', stack: 1, removed: true }],
});
const EVENT = { mode: 'sweep', accounts: ['111122223333'] };

interface Reader {
  readonly read: (text: string) => unknown;
  readonly valid: unknown;
  readonly places?: readonly (readonly (string | number)[])[];
}

const READERS: readonly (readonly [string, Reader])[] = [
  ['accounts.json', { read: (text) => parseConfig(text, 'FILE'), valid: CONFIG, places: SETTINGS }],
  ['a plan file', { read: (text) => parsePlanFile(text, 'FILE'), valid: PLAN }],
  ['accounts.lock.json', { read: (text) => parseAccountsLock(text, 'FILE'), valid: JSON.parse(LOCK) }],
];

function checkRefusal(error: Error): void {
  if (!(error instanceof ConfigError)) throw error;
  checkMessage(error.message, 'FILE');
  const { problems } = error;
  expect(problems.length).toBeGreaterThan(0);
  for (const { path, expected, message } of problems) {
    expect(typeof path).toBe('string');
    expect((expected ?? message ?? '').length).toBeGreaterThan(3);
  }
}

function textOf(document: unknown): string {
  return document === undefined ? '' : JSON.stringify(document);
}

describe.each(READERS)('%s', (_, { read, valid, places = [] }) => {
  it('is read if it is valid', () => {
    expect(read(JSON.stringify(valid))).toBeDefined();
    expect(read(`\ufeff${JSON.stringify(valid)}`)).toBeDefined();
  });

  it('is read, or refused with path and reason, with any value in any place', () => {
    fc.assert(
      fc.property(strangeDocuments(valid, places), (document) => {
        const refused = thrownBy(() => read(textOf(document)));
        if (refused) checkRefusal(refused);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('is read, or refused, if its text is damaged', () => {
    fc.assert(
      fc.property(damagedTexts(JSON.stringify(valid, undefined, 2)), (text) => {
        const refused = thrownBy(() => read(text));
        if (refused) checkRefusal(refused);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it.each(strangeBytes(JSON.stringify(valid)).map(([name, bytes]) => ({ name, bytes })))(
    'is refused if it is $name',
    ({ bytes }) => {
      const refused = thrownBy(() => read(Buffer.from(bytes).toString('utf8')));
      expect(refused).toBeDefined();
      checkRefusal(refused!);
    },
  );
});

describe('a setting of accounts.json', () => {
  it('refuses strange values in any place', () => {
    const taken = SETTINGS.flatMap((path) =>
      STRANGE.filter((strange) => {
        const text = textOf(replaced(CONFIG, path, strange));
        const error = thrownBy(() => configSha256(parseConfig(text, 'FILE')));
        if (error) checkRefusal(error);
        return !error && typeof strange === 'object' && strange !== null && Object.keys(strange).length > 0;
      }).map(() => path.join('.')),
    );
    // People choose the names of tags, so toString is allowed.
    expect(taken.filter((path) => !/tags/.test(path))).toEqual([]);
  });

  it('is not read from a prototype in the file', () => {
    const error = thrownBy(() =>
      parseConfig('{ "defaults": { "groups": ["D"], "__proto__": { "armed": true } } }', 'FILE'),
    );
    expect(error?.message).toContain('defaults.__proto__ (line 1, column 34)');
  });
});

describe('an event', () => {
  it('is accepted, or refused with path and reason, with any value in any place', () => {
    expect(parseEvent(EVENT)).toEqual(EVENT);
    fc.assert(
      fc.property(strangeDocuments(EVENT), (event) => {
        const refused = thrownBy(() => parseEvent(event));
        if (!refused) return;
        expect(refused).toBeInstanceOf(InvalidEventError);
        checkMessage(refused.message, 'The event is invalid. Expected { "mode"');
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each([
    ['a hundred thousand accounts', { mode: 'plan', accounts: Array(100_000).fill(1) }],
    ['a name of a megabyte', { mode: 'plan', ['x'.repeat(1_000_000)]: 1 }],
    [
      'a prototype',
      JSON.parse('{ "mode": "plan", "__proto__": { "accounts": ["111122223333"] } }') as unknown,
    ],
    ['a date', new Date(0)],
    ['a function', () => undefined],
    ['nothing', undefined],
  ])('is refused with a short message if it is %s', (_, event) => {
    const refused = thrownBy(() => parseEvent(event));
    expect(refused).toBeInstanceOf(InvalidEventError);
    checkMessage(refused!.message, 'The event is invalid. Expected { "mode"');
    expect(refused!.message.length).toBeLessThan(3_000);
  });
});

/** checkMessage itself is tested, with stack traces and bare errors of Node. */
it.each([
  'TypeError: x is not a function',
  'FILE\n    at parse (file:///app/load.ts:12:3)',
  'FILE: Maximum call stack size exceeded: RangeError',
  `FILE ${'x'.repeat(50_000)}`,
  'no name in it',
])('the checks notice a message like %.40j', (message) => {
  expect(() => checkMessage(message, 'FILE')).toThrow();
});

it('the schema yields all settings', () => {
  expect(SETTINGS.length).toBeGreaterThan(60);
});
