/* eslint-disable no-console -- what it prints is read by the process that started it */
import { generateOrganization } from '../src/sandbox/generate.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { DOCUMENTED_THROTTLES } from '../src/sandbox/throttling.ts';
import { ASSUMED_IAM, SLOWNESS, USERS_PER_ACCOUNT, type Setting } from './setting.ts';

/** Serves the organization of one setting, given as JSON: prints the variables that lead to it, and at its end what it took and was asked. */
const { accounts, latency, slowShare } = JSON.parse(process.argv[2] ?? '') as Setting;
const sandbox = await startSandbox({
  organization: generateOrganization({ accounts, usersPerAccount: USERS_PER_ACCOUNT, troubles: 'none' })
    .organization,
  latency: { milliseconds: latency, slowAccounts: { share: slowShare, milliseconds: SLOWNESS } },
  throttles: [...DOCUMENTED_THROTTLES.filter(({ service }) => service !== 'iam'), ASSUMED_IAM],
  recordCalls: false,
});
const before = process.cpuUsage();
process.once('SIGTERM', () => {
  const { user, system } = process.cpuUsage(before);
  const end = { sandboxSeconds: (user + system) / 1e6, calls: sandbox.calls.counts() };
  process.stdout.write(`${JSON.stringify(end)}\n`, () => process.exit(0));
});
console.log(JSON.stringify(sandbox.environment()));
