import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { parseConfig } from '../../src/config/load.ts';
import { keysweep, type Ended } from '../support/keysweep-process.ts';
import { EVERY_RECORD, RUN_ID } from '../support/records.ts';
import { typeCommand } from '../support/type-command.ts';
import { damagedTexts, strangeBytes, strangeDocuments } from './mutations.ts';
import { startRefusingServer } from './operator.ts';
import { checkMessage, thrownBy, UNPRINTABLE } from './refusing.ts';

const CONFIG = readFileSync('accounts.example.json', 'utf8');
const PLAN = JSON.stringify({ version: 1, runId: RUN_ID, keys: [] });

let folder: string;
let aws: Awaited<ReturnType<typeof startRefusingServer>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-hostile-'));
  aws = await startRefusingServer();
});
afterAll(async () => {
  aws.close();
  await rm(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);

const environment = () => ({ ...aws.environment, KEYSWEEP_LEDGER: file('ledger') });
const type = (words: readonly string[]) => typeCommand(words, environment());

/** Exit code 2 with the name of the file, and AWS is not called. */
function checkRefused({ code, stdout, stderr }: Ended, names: string): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  checkMessage(stderr, names);
  expect(stderr).not.toMatch(UNPRINTABLE);
  expect(aws.calls()).toBe(0);
}

/** Every command that reads accounts.json. */
const READING: readonly (readonly string[])[] = [
  ['plan'],
  ['sweep'],
  ['sweep', '--apply', '--yes'],
  ['accounts'],
  ['undo', 'last'],
  ['undo', 'last', '--apply', '--all', '--reason', 'test'],
];

describe('an invalid accounts.json', () => {
  it.each(strangeBytes(CONFIG).map(([name, bytes]) => ({ name, bytes })))(
    'ends every command with exit code 2 and no call: $name',
    async ({ name, bytes }) => {
      const config = file('accounts.json');
      await writeFile(config, bytes);
      const commands = name.startsWith('ten') ? READING.slice(0, 1) : READING;
      for (const words of commands) checkRefused(await type([...words, '--config', config]), config);
    },
  );

  it('ends a plan with exit code 2 and no call, whatever is wrong with it', async () => {
    const config = file('accounts.json');
    const wrong = fc
      .oneof(
        damagedTexts(CONFIG),
        strangeDocuments(JSON.parse(CONFIG)).map((made) => JSON.stringify(made)),
      )
      .filter((text) => thrownBy(() => parseConfig(text, '')) !== undefined);
    await fc.assert(
      fc.asyncProperty(wrong, async (text) => {
        await writeFile(config, text);
        checkRefused(await type(['plan', '--config', config]), config);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('a path without a readable file', () => {
  it.each([
    ['a folder', async (path: string) => mkdir(path), 'is a folder'],
    ['nothing', () => Promise.resolve(), 'does not exist'],
    ['a link to itself', async (path: string) => symlink(path, path), 'ELOOP'],
    [
      'a file below a file',
      async (path: string) => {
        await writeFile(path, '{}');
        return 'accounts.json';
      },
      'ENOTDIR',
    ],
    ['a link to nothing', async (path: string) => symlink(`${path}.gone`, path), 'does not exist'],
    ['a name with a NUL', () => Promise.resolve(), 'cannot be read'],
  ])('is refused as configuration and plan: %s', async (name, make, hint) => {
    const path = file(`${name}${name.endsWith('NUL') ? '\u0000' : ''}`);
    const inside = await make(path);
    const named = typeof inside === 'string' && inside === 'accounts.json' ? join(path, inside) : path;
    for (const words of [
      ['plan', '--config', named],
      ['apply', named, '--yes', '--config', named],
    ]) {
      const heard = await type(words);
      checkRefused(heard, name);
      expect(heard.stderr).toContain(hint);
    }
  });
});

describe('an invalid plan file', () => {
  it.each(strangeBytes(PLAN).map(([name, bytes]) => ({ name, bytes })))(
    'ends apply with exit code 2 and no call: $name',
    async ({ bytes }) => {
      const [plan, config] = [file('plan.json'), file('accounts.json')];
      await writeFile(plan, bytes);
      await writeFile(config, CONFIG);
      checkRefused(await type(['apply', plan, '--yes', '--config', config]), plan);
    },
  );
});

describe('a ledger that was tampered with', () => {
  const records = EVERY_RECORD.map((record) => `${JSON.stringify(record)}\n`).join('');

  it('ends commands that read it with exit code 1, names the object, and AWS is not called', async () => {
    const config = file('accounts.json');
    await writeFile(config, CONFIG);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damagedTexts(records), async (text) => {
        const ledger = await mkdtemp(file('ledger-'));
        await mkdir(join(ledger, 'runs', RUN_ID, 'records'), { recursive: true });
        await writeFile(join(ledger, 'runs', RUN_ID, 'records', '00000001.jsonl'), text);
        await mkdir(join(ledger, 'accounts'));
        await writeFile(join(ledger, 'accounts', '222222222222.json'), text);
        for (const words of [['show'], ['show', '--json'], ['undo', 'last', '--config', config], ['holds']]) {
          const { code, stdout, stderr } = await type([...words, '--ledger', ledger]);
          expect(`${stdout}\n${stderr}`).not.toMatch(UNPRINTABLE);
          if (stderr === '') continue;
          refused += 1;
          expect(code).toBe(1);
          checkMessage(stderr, words[0] === 'holds' ? 'accounts/222222222222.json' : '');
        }
      }),
      { numRuns: 25, seed: 1 },
    );
    expect(refused).toBeGreaterThan(25);
    expect(aws.calls()).toBe(0);
  });

  it.each([
    ['a file where a folder should be', async (path: string) => writeFile(path, 'x'), /ENOTDIR/],
    ['a link to itself', async (path: string) => symlink(path, path), /ELOOP/],
    [
      'folders where files should be',
      async (path: string) => mkdir(join(path, 'runs', RUN_ID, 'summary.json'), { recursive: true }),
      /has no records of run|no runs/,
    ],
  ])('is refused with path and reason: %s', async (_, make, wrong) => {
    const ledger = file(`ledger of ${_}`);
    await make(ledger);
    const { code, stdout, stderr } = await type(['show', '--ledger', ledger]);
    expect({ stdout, isRefused: code === 1 || code === 2 }).toEqual({ stdout: '', isRefused: true });
    checkMessage(stderr, ledger);
    expect(stderr).toMatch(wrong);
    expect(aws.calls()).toBe(0);
  });
});

describe('a command line', () => {
  it('with any words prints no stack trace and no escape sequence, and AWS is not called', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        'plan',
        'sweep',
        'undo',
        'show',
        'holds',
        'apply',
        'accounts',
        'last',
        '--json',
        '--all',
        '--',
      ),
      fc.constantFrom(
        '--config',
        '--ledger',
        '--account',
        '--ou',
        '--hold-days',
        '--lift',
        '--endpoint-url',
        '-x',
      ),
      fc.constantFrom('\u001b[2J', '\u202e', '../..', '', 's3://', '-1', 'NaN', '%s', '__proto__'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
        const heard = await type([...words, '--no-such-option']);
        expect(heard.code).toBe(2);
        expect(heard.stderr).not.toMatch(UNPRINTABLE);
        expect(heard.stderr).not.toMatch(/^\s+at /m);
        expect(aws.calls()).toBe(0);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('the real process', { timeout: 60_000 }, () => {
  it.each([
    ['ten megabytes of text', 2],
    ['a nesting of 200,000 levels', 2],
    ['UTF-16', 2],
  ])('exits cleanly: accounts.json is %s', async (name, code) => {
    const config = file('accounts.json');
    await writeFile(config, new Map(strangeBytes(CONFIG)).get(name) ?? '');
    const heard = await keysweep(['sweep', '--apply', '--yes', '--config', config], aws.environment);
    expect({ code: heard.code, stdout: heard.stdout }).toEqual({ code, stdout: '' });
    checkMessage(heard.stderr, config);
    expect(aws.calls()).toBe(0);
  });
});

describe('the Lambda', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('refuses events and configurations with path and reason, and does not call AWS', async () => {
    const config = file('accounts.json');
    const variables = {
      ...environment(),
      KEYSWEEP_CONFIG: config,
      AWS_PROFILE: undefined,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      // Powertools sets it on import.
      AWS_SDK_UA_APP_ID: undefined,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const { handler } = await import('../../src/lambda.ts');
    const context = { getRemainingTimeInMillis: () => 900_000, logStreamName: 'log' } as unknown as Context;
    await writeFile(config, '{}');
    const errorOf = (event: unknown): Promise<Error> =>
      handler(event, context).then(
        () => Promise.reject(new Error('it went through')),
        (error: unknown) => error as Error,
      );
    await fc.assert(
      fc.asyncProperty(strangeDocuments({ mode: 'plan', accounts: ['111122223333'] }), async (event) => {
        const error = await errorOf(event);
        expect(['InvalidEventError', 'ConfigError']).toContain(error.name);
        checkMessage(error.message, error.name === 'ConfigError' ? config : 'The event is invalid.');
      }),
      { numRuns: 60, seed: 1 },
    );
    for (const [, bytes] of strangeBytes(CONFIG).slice(0, 7)) {
      await writeFile(config, bytes);
      expect(await errorOf({ mode: 'plan' })).toMatchObject({ name: 'ConfigError' });
    }
    expect(aws.calls()).toBe(0);
  });
});
