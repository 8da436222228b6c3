import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html, pid_namespaces(7) */
export interface ProcessSpace {
  /** Changes when the machine restarts. */
  readonly bootId: () => string;
  /** Differs between two containers that share a kernel, and perhaps a host name. */
  readonly pidNamespace: () => string;
}

const LINUX: ProcessSpace = {
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  pidNamespace: () => readlinkSync('/proc/self/ns/pid'),
};

/**
 * Identifies this machine in the lock of a ledger. Two processes have the same identity only if each can find
 * the other by its process ID. A host name is not enough. Except on Linux, no two processes do.
 */
export function hostIdentity(space = LINUX): string {
  try {
    return `${hostname()} (boot ${space.bootId()}, ${space.pidNamespace()})`;
  } catch {
    return `${hostname()} (process ${randomUUID()})`;
  }
}
