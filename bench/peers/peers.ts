import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { builtProgram } from '../../scripts/built-program.js';
import { settingsOf, type Setting } from '../setting.ts';
import { CUSTODIAN_ROLE, targetsOf } from './prepare.ts';

/** A program that revokes the due keys, as its users would run it. */
export interface Peer {
  readonly name: string;
  /** @param folder for what it reads and writes. @returns the program and its arguments */
  readonly prepare: (folder: string, setting: Setting) => Promise<readonly string[]>;
}

/** Where peers are found. */
export interface Installed {
  /** Where the programs of the benchmark are. */
  readonly programs: string;
  /** With boto3. */
  readonly python: string | undefined;
  readonly custodian: string | undefined;
  /** The handler of dvdtoth/rotate-iam-keys. */
  readonly original: string | undefined;
}

/** It is not ours to ship. */
const ORIGINAL =
  'git clone https://github.com/dvdtoth/rotate-iam-keys && npm install --prefix rotate-iam-keys aws-sdk@2, ' +
  'then add --original rotate-iam-keys/handler.js';

/** Those that can run, keysweep first, and a line for each that cannot. */
export async function findPeers({ programs, python, custodian, original }: Installed): Promise<{
  readonly peers: readonly Peer[];
  readonly skipped: readonly string[];
}> {
  if (original !== undefined) await access(original).catch(() => notFound(original));
  const found = [
    keysweep,
    bareSdk(join(programs, 'contender-process.mjs')),
    ...(python === undefined ? [] : [pool(python, 20), pool(python, 64)]),
    ...(custodian === undefined ? [] : [custodianOrganization(custodian)]),
    ...(original === undefined ? [] : [originalHandler(programs, original)]),
  ];
  const skipped = [
    ...(python === undefined
      ? ['boto3: python3 (3.11 or newer) or a package of bench/peers is missing']
      : []),
    ...(custodian === undefined ? ['c7n-org: it cannot be installed here'] : []),
    ...(original === undefined ? [`the original's handler: ${ORIGINAL}`] : []),
  ];
  return { peers: found, skipped };
}

function notFound(path: string): never {
  throw new RangeError(`--original ${path}: no such file. ${ORIGINAL}.`);
}

const keysweep: Peer = {
  name: 'keysweep',
  prepare: async (folder) => {
    const config = join(folder, 'accounts.json');
    await writeFile(config, JSON.stringify(settingsOf()));
    const ledger = join(folder, 'ledger');
    return [
      ...[process.execPath, await builtProgram(), 'sweep', '--apply', '--yes'],
      ...['--config', config, '--ledger', ledger],
    ];
  },
};

/** The calls of keysweep, and nothing else. */
function bareSdk(program: string): Peer {
  return {
    name: 'bare SDK',
    prepare: (_, setting) => Promise.resolve([process.execPath, program, 'bare', JSON.stringify(setting)]),
  };
}

function pool(python: string, threads: number): Peer {
  const script = join(import.meta.dirname, 'pool.py');
  return {
    name: `boto3, ${threads} threads`,
    prepare: () => Promise.resolve([python, script, String(threads)]),
  };
}

/**
 * With as many processes as it starts by default. One Region is named, because a policy about IAM would run
 * once for each; and the file of accounts, which its users generate, is there before the clock starts.
 */
function custodianOrganization(program: string): Peer {
  return {
    name: 'c7n-org',
    prepare: async (folder, { accounts, users }) => {
      const file = join(folder, 'accounts.yml');
      // The same seed gives the same organization as in the process of the sandbox.
      const { organization } = generateOrganization({ accounts, usersPerAccount: users, troubles: 'none' });
      const entries = targetsOf(organization).map(({ id, name }) => ({
        account_id: id,
        name,
        role: `arn:aws:iam::${id}:role/${CUSTODIAN_ROLE}`,
      }));
      await writeFile(file, JSON.stringify({ accounts: entries }));
      const policy = join(import.meta.dirname, 'policy.yml');
      const output = join(folder, 'custodian');
      return [
        program,
        'run',
        '--config',
        file,
        '--use',
        policy,
        '--output-dir',
        output,
        '--region',
        'us-east-1',
      ];
    },
  };
}

function originalHandler(programs: string, handler: string): Peer {
  const program = join(programs, 'peers', 'original-process.mjs');
  return {
    name: 'the original, in sequence',
    prepare: () => Promise.resolve([process.execPath, program, handler]),
  };
}
