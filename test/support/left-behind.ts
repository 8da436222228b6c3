import { afterAll, expect, vi } from 'vitest';

/**
 * Files share a worker, and with it the SDK and all of src: imports would else be a quarter of the time. So a
 * file leaves its process as it found it, or it fails here and not where the next one stumbles.
 */

const EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'exit'] as const;

function processNow() {
  // Powertools names itself there once it is loaded.
  const environment = { ...process.env, AWS_SDK_UA_APP_ID: '' };
  return {
    environment,
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: Object.fromEntries(EVENTS.map((event) => [event, process.listenerCount(event)])),
  };
}

const before = processNow();

afterAll(() => {
  vi.unstubAllEnvs();
  expect(processNow(), 'this file changed its process for those that come after it').toEqual(before);
});
