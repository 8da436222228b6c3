/* eslint-disable no-console -- what it prints is read by the process that started it */
import { generateOrganization } from '../sandbox/generator/generate.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { DOCUMENTED_THROTTLES } from '../sandbox/faults/throttling.ts';
import { preparePeers } from './peers/prepare.ts';
import { ASSUMED_IAM, BUCKET, NEARLY_EMPTY, SLOWNESS, TROUBLED, type Setting } from './setting.ts';
import { truthOf } from './truth.ts';

/**
 * Serves the organization of one setting, given as JSON: prints the variables that lead to it, and at its end
 * what it took and was asked, what there was to do, and how the keys were left.
 */
const { accounts, users, latency, trouble, peers } = JSON.parse(process.argv[2] ?? '') as Setting;
const { organization } = generateOrganization({ accounts, usersPerAccount: users, troubles: 'none' });
const { work, left } = truthOf(organization);
organization.addBucket(BUCKET);
const prepared = peers && preparePeers(organization, peers.trouble);
const sandbox = await startSandbox({
  organization,
  latency: {
    milliseconds: latency,
    slowAccounts: { share: trouble === 'slow' ? TROUBLED : 0, milliseconds: SLOWNESS },
  },
  throttles: [
    ...DOCUMENTED_THROTTLES.filter(({ service }) => service !== 'iam'),
    ASSUMED_IAM,
    ...(trouble === 'throttled' ? [NEARLY_EMPTY] : []),
  ],
  faults: prepared?.faults ?? [],
  recordCalls: false,
});
const before = process.cpuUsage();
process.once('SIGTERM', () => {
  const { user, system } = process.cpuUsage(before);
  const end = {
    sandboxSeconds: (user + system) / 1e6,
    calls: sandbox.calls.counts(),
    work,
    left: left(),
    troubled: prepared?.troubled(),
  };
  process.stdout.write(`${JSON.stringify(end)}\n`, () => process.exit(0));
});
console.log(JSON.stringify(sandbox.environment()));
