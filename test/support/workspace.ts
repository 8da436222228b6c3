import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { it as base } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRunByReference } from '../../src/ledger/runs.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { keysweep, startKeysweep, type Ended, type Started } from './keysweep-process.ts';
import { typeCommand } from './type-command.ts';
import { EVERY_KEY, organizationOf } from './sweeping.ts';

export interface WorkspaceSetting {
  /** Default: two healthy accounts. */
  readonly organization?: SandboxOrganization;
  /** Default: {@link EVERY_KEY}. A text is written unchanged. */
  readonly config?: ConfigInput | string;
  readonly sandbox?: Omit<SandboxOptions, 'organization'>;
}

/** A folder with accounts.json and a ledger, beside a sandbox in this process, for `keysweep`. */
export interface Workspace {
  readonly folder: string;
  readonly sandbox: Sandbox;
  /** The default ledger of the commands. */
  readonly ledger: ObjectStore;
  /** For commands: the sandbox, the configuration and the ledger. */
  readonly environment: Record<string, string>;
  /** In this process, one at a time. @param command such as `sweep --apply --yes` */
  readonly run: Run;
  /** In this process, with these variables and no others, in this folder. */
  readonly runIn: (command: string, environment: Record<string, string>, folder?: string) => Promise<Ended>;
  /** In a new process. */
  readonly runProcess: Run;
  /** The same, to act on it meanwhile. */
  readonly start: (command: string, environment?: Record<string, string>) => Started;
  /** A run in the ledger; by default the last one. */
  readonly stored: (reference?: string) => Promise<StoredRun>;
}

type Run = (command: string, environment?: Record<string, string>) => Promise<Ended>;

export type OpenWorkspace = (setting?: WorkspaceSetting) => Promise<Workspace>;

/** `it` with workspaces, which are deleted after the test. */
export const it = base.extend<{ open: OpenWorkspace }>({
  // Vitest reads what a fixture needs out of its parameters, so an empty pattern has to be there.
  open: async ({}, use) => {
    const opened: Workspace[] = [];
    await use(async (setting) => {
      const workspace = await openWorkspace(setting);
      opened.push(workspace);
      return workspace;
    });
    await Promise.all(opened.map(closeWorkspace));
  },
});

/** For tests that share a workspace and close it themselves. */
export async function openWorkspace(setting: WorkspaceSetting = {}): Promise<Workspace> {
  const { organization = organizationOf(2), config = EVERY_KEY, sandbox: options } = setting;
  const sandbox = await startSandbox({ ...options, organization });
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-commands-'));
  const ledger = openFolder(join(folder, '.keysweep'));
  await writeFile(
    join(folder, 'accounts.json'),
    typeof config === 'string' ? config : JSON.stringify(config, undefined, 2),
  );
  const environment = {
    ...sandbox.environment(),
    KEYSWEEP_CONFIG: join(folder, 'accounts.json'),
    KEYSWEEP_LEDGER: ledger.location,
  };
  return {
    folder,
    sandbox,
    ledger,
    environment,
    run: (command, more) => typeCommand(words(command), { ...environment, ...more }),
    runIn: (command, variables, cwd) => typeCommand(words(command), variables, cwd),
    runProcess: (command, more) => keysweep(words(command), { ...environment, ...more }),
    start: (command, more) => startKeysweep(words(command), { ...environment, ...more }),
    stored: (reference = 'last') => readRunByReference(ledger, reference),
  };
}

export async function closeWorkspace({ sandbox, folder }: Workspace): Promise<void> {
  await sandbox.close();
  // A program that lost its terminal may still be storing the page of its run.
  await rm(folder, { recursive: true, maxRetries: 20 });
}

/** Statuses of all keys of the organization, such as `{ Active: 3 }`. */
export function statuses(organization: SandboxOrganization): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { id } of organization.accounts.list())
    for (const { status } of organization.keysOf(id)) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
}

/** Removes the rotation role from an account. */
export function takeRole(organization: SandboxOrganization, accountId: string): void {
  const { roles } = organization.account(accountId);
  const role = roles.get('KeysweepRotation');
  if (role) roles.remove(role);
}

function words(command: string): string[] {
  return command.split(' ').filter((word) => word !== '');
}
