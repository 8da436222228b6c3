import { parseArgs } from 'node:util';

import type { Choice } from './cells.ts';

const USAGE =
  'Usage: npm run bench -- [--quick] [--accounts N] [--users N] [--latency MILLISECONDS] ' +
  '[--profile | --leak | --peers [--rounds N] [--original FILE]]';

/** @throws RangeError, in words for whoever called the benchmark */
export function parseOptions(parameters: readonly string[]): Choice {
  const { accounts, users, latency, quick, profile, leak, peers, rounds, original } = valuesOf(parameters);
  return {
    accounts: wholeNumber('accounts', accounts),
    users: wholeNumber('users', users),
    latency: wholeNumber('latency', latency),
    quick,
    profile,
    leak,
    peers,
    rounds: wholeNumber('rounds', rounds),
    original,
  };
}

function valuesOf(parameters: readonly string[]) {
  const number = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ accounts: number, users: number, latency: number },
    ...{ quick: flag, profile: flag, leak: flag },
    ...{ peers: flag, rounds: number, original: { type: 'string' } as const },
  };
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    throw new RangeError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, {
      cause: error,
    });
  }
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new RangeError(`--${option} ${text}: expected a whole number from 1 on.\n${USAGE}`);
}
