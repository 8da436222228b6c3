import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxAccount } from '../organization/account.ts';
import type { Tree } from './tree.ts';

const DAY = 24 * 60 * 60 * 1000;

export interface ConfigOptions {
  readonly now: Date;
  readonly tree: Tree;
  /** Active accounts without trouble. Some of them get an opt-out or an override. */
  readonly healthy: readonly SandboxAccount[];
  readonly keys: number;
  readonly externalId: string | undefined;
}

/** The accounts.json for a generated organization: armed, with every kind of opt-out and override. */
export function configFor({ now, tree, healthy, keys, externalId }: ConfigOptions): ConfigInput {
  const [first, second, third, fourth] = healthy;
  return {
    rotationRole: { name: 'KeysweepRotation', ...(externalId === undefined ? {} : { externalId }) },
    defaults: {
      armed: true,
      groups: ['Developers', 'Administrators'],
      rules: {
        maxKeyAgeDays: 30,
        mode: 'deactivate-then-delete',
        deleteAfterDays: 7,
        users: 'with-console-access',
      },
      // A small organization may have neither.
      exempt: {
        users: [{ name: 'break-glass-*', mayMatchNothing: true }],
        userTag: 'keysweep=exempt',
        groups: [{ name: 'ServiceUsers', mayMatchNothing: true }],
      },
    },
    overrides: [
      { organizationalUnits: [tree.sandbox.id], rules: { maxKeyAgeDays: 0, mode: 'delete' } },
      ...(fourth ? [{ accounts: [fourth.id], armed: false }] : []),
    ],
    optOuts: [
      ...optOut(first, 'payments@example.com', 'PCI audit freeze', now, 90),
      ...optOut(second, 'search@example.com', 'Migration to roles, due by now', now, -20),
      ...optOut(third, 'platform@example.com', 'Cut-over this week', now, 3),
    ],
    // The default limits are for small sweeps; the first one here finds years of keys.
    limits: { maxKeys: Math.max(500, keys), maxCannotAssume: 0.25 },
  };
}

function optOut(account: SandboxAccount | undefined, owner: string, reason: string, now: Date, days: number) {
  if (!account) return [];
  const until = new Date(now.getTime() + days * DAY).toISOString().slice(0, 10);
  return [{ account: account.id, owner, reason, until }];
}
