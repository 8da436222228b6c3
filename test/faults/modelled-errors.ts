import { modelledErrors, type ModelledError } from '../support/service-model.ts';
import { faultAt, type Harm } from './harm.ts';
import type { Site } from './site.ts';
import { SITES } from './sites.ts';

/** The SDK tries these again, as every service asks for. */
const BUSY = ['TooManyRequestsException', 'ThrottledException'];

/** What AWS says as well when nothing is wrong: no such group, no password, no such object yet. */
const ORDINARY: Readonly<Record<string, readonly string[]>> = {
  NoSuchEntity: ['GetGroup', 'GetLoginProfile'],
  NoSuchKey: ['GetObject'],
};

/** The writes of two sessions need a shorter policy each. */
const isHalved = ({ position }: Site, code: string): boolean =>
  code === 'PackedPolicyTooLarge' && position === 'last, to write';

const errorsAt = ({ service, call }: Site): readonly ModelledError[] => modelledErrors(service, call);
const errorAt = (site: Site, code: string): ModelledError | undefined =>
  errorsAt(site).find((error) => error.code === code);

function modelled(code: string): Harm {
  return {
    name: `error ${code}`,
    faults: (site) => {
      const error = errorAt(site, code);
      return error ? [faultAt(site, { kind: 'error', error })] : [];
    },
    heals: (site) => BUSY.includes(code) || isHalved(site, code) || (errorAt(site, code)?.status ?? 0) >= 500,
    unnoticed: ({ call }) => ORDINARY[code]?.includes(call) ?? false,
    at: (site) => errorAt(site, code) !== undefined,
  };
}

/** Every error that the service model lists for a call of a sweep. */
export const MODELLED_ERRORS: readonly Harm[] = [
  ...new Set(SITES.flatMap((site) => errorsAt(site).map(({ code }) => code))),
].map(modelled);
