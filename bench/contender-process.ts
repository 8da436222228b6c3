/* eslint-disable no-console -- what it prints is read by the process that started it */
import type { Contender, Measured, Took } from './contender.ts';
import { bare } from './contenders/bare.ts';
import { keysweep } from './contenders/keysweep.ts';
import { original } from './contenders/original.ts';
import { sequential } from './contenders/sequential.ts';
import { watchHeap } from './live-heap.ts';
import { nameJson } from './name-json.ts';
import type { Setting } from './setting.ts';

const CONTENDERS: Readonly<Record<string, Contender>> = { bare, keysweep, original, sequential };

/**
 * Runs one contender on one setting, given as JSON, and prints what it took; then, if told to, what follows
 * on it in the Lambda.
 */
const contender = CONTENDERS[process.argv[2] ?? ''];
if (!contender) throw new Error(`no contender ${process.argv[2] ?? ''}`);
const setting = JSON.parse(process.argv[3] ?? '') as Setting;
if (process.argv[4] === 'profiled') nameJson();
const liveBytes = watchHeap();
const {
  result: { afterwards, ...done },
  took,
} = await metered(() => contender(setting));
const measured: Measured = { ...done, ...took, liveBytes: liveBytes() };
console.log(JSON.stringify(measured));
if (afterwards && process.argv[4] === 'afterwards')
  console.log(JSON.stringify((await metered(afterwards)).took));

async function metered<Result>(work: () => Promise<Result>): Promise<{ result: Result; took: Took }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { result, took: { seconds, cpuSeconds: (user + system) / 1e6, peakBytes } };
}
