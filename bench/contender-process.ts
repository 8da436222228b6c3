/* eslint-disable no-console -- what it prints is read by the process that started it */
import type { Contender, Measured } from './contender.ts';
import { bare } from './contenders/bare.ts';
import { keysweep } from './contenders/keysweep.ts';
import { original } from './contenders/original.ts';
import { sequential } from './contenders/sequential.ts';
import type { Setting } from './setting.ts';

const CONTENDERS: Readonly<Record<string, Contender>> = { bare, keysweep, original, sequential };

/** Runs one contender on one setting, given as JSON, and prints what it took. */
const contender = CONTENDERS[process.argv[2] ?? ''];
if (!contender) throw new Error(`no contender ${process.argv[2] ?? ''}`);
const setting = JSON.parse(process.argv[3] ?? '') as Setting;
const cpu = process.cpuUsage();
const started = performance.now();
const done = await contender(setting);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const measured: Measured = {
  ...done,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(measured));
