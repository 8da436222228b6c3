import { afterAll, expect, vi } from 'vitest';

/**
 * Files share a worker, with the SDK and all of src, because imports would be a quarter of the time. A file
 * that does not leave its process as it found it fails here, and not in the next file.
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
