import { readFile } from 'node:fs/promises';

import { loadConfig } from '@smithy/core/config';

/** As for the AWS CLI, these are the only ones that are trusted. */
const loadLocation = loadConfig({
  environmentVariableSelector: ({ AWS_CA_BUNDLE: file }) => file || undefined,
  configFileSelector: ({ ca_bundle: file }) => file || undefined,
  default: '',
});

/**
 * The certificates that AWS_CA_BUNDLE or `ca_bundle` of the profile names.
 * @returns undefined for those of Node.js, with NODE_EXTRA_CA_CERTS
 */
export async function readCaBundle(): Promise<string | undefined> {
  const file = await loadLocation();
  if (file === '') return undefined;
  const pem = await readFile(file, 'utf8').catch(
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? '',
  );
  if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(pem)) return pem;
  const problem = /^E\w+$/.test(pem) ? `cannot be read (${pem})` : 'has no certificate (PEM)';
  const message = `the CA bundle ${file} ${problem}: see AWS_CA_BUNDLE, and ca_bundle of the profile`;
  throw Object.assign(new Error(message), { name: 'NetworkSettings' });
}
