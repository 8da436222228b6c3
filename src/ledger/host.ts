import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What Linux tells of the place where process ids are counted: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html, pid_namespaces(7). */
export interface ProcessSpace {
  /** Another one after each start of the machine. */
  readonly bootId: () => string;
  /** The names of two containers differ, though they share a kernel and perhaps a host name. */
  readonly pidNamespace: () => string;
}

const LINUX: ProcessSpace = {
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  pidNamespace: () => readlinkSync('/proc/self/ns/pid'),
};

/**
 * Names this machine for the lock of a ledger. Host names are not enough: two machines may have the same, and a process id says
 * nothing in another container. Two processes give the same name only where each would find the other by its id; where that
 * cannot be told, as on other systems than Linux, no two processes do.
 */
export function hostIdentity(space = LINUX): string {
  try {
    return `${hostname()} (boot ${space.bootId()}, ${space.pidNamespace()})`;
  } catch {
    return `${hostname()} (process ${randomUUID()})`;
  }
}
