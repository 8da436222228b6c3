import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { bareSdk, custodianOrganization, keysweep, originalHandler, pool, type Peer } from './contenders.ts';

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
