import { CreateOrganizationCommand } from '@aws-sdk/client-organizations';

import { startSandbox } from '../../sandbox/sandbox.ts';
import { borrowMoto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { plainClients, type Endpoint } from '../emulators/seeding.ts';

/**
 * A server that answers like AWS, with an organization in which there is nothing but the management account.
 */
export interface Emulator {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

export type EmulatorName = 'sandbox' | 'moto';

/**
 * Those that the same assertions hold for: our own, and one that we did not write wherever there is a Python.
 */
export const EMULATORS: readonly { name: EmulatorName; start: () => Promise<Emulator> }[] = [
  { name: 'sandbox', start: sandbox },
  ...((await pythonEnvironment()) === undefined ? [] : [{ name: 'moto' as const, start: moto }]),
];

async function sandbox(): Promise<Emulator> {
  const server = await startSandbox();
  const { url, region, credentials } = server;
  return { endpoint: { url, region, credentials }, close: () => server.close() };
}

async function moto(): Promise<Emulator> {
  const server = await borrowMoto();
  if (server === undefined) throw new Error('no Python environment');
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const endpoint = { url: server.url, region: 'us-east-1', credentials };
  await plainClients(endpoint).organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  return { endpoint, close: () => server.close() };
}
