import type { Cell } from './cells.ts';
import { USERS_PER_ACCOUNT, type Setting } from './setting.ts';

/** The contender, and what is unusual about its run. */
export function nameOf({ contender, setting }: Cell): string {
  return [
    contender,
    ...(setting.users === USERS_PER_ACCOUNT ? [] : [`${setting.users} users`]),
    ...(setting.trouble === 'none' ? [] : [`1 % ${setting.trouble}`]),
  ].join(', ');
}

/** Such as `1,000 × 60 ms`. */
export function placeOf({ accounts, latency }: Setting): string {
  return `${whole(accounts)} × ${latency} ms`;
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
