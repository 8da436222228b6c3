import { writeFile } from 'node:fs/promises';
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

export const keysweep: Peer = {
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
export function bareSdk(program: string): Peer {
  return {
    name: 'bare SDK',
    prepare: (_, setting) => Promise.resolve([process.execPath, program, 'bare', JSON.stringify(setting)]),
  };
}

export function pool(python: string, threads: number): Peer {
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
export function custodianOrganization(program: string): Peer {
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

export function originalHandler(programs: string, handler: string): Peer {
  const program = join(programs, 'peers', 'original-process.mjs');
  return {
    name: 'the original, in sequence',
    prepare: () => Promise.resolve([process.execPath, program, handler]),
  };
}
