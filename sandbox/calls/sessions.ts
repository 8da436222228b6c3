import type { SandboxAccount } from '../organization/account.ts';
import type { SandboxRole } from '../organization/entities.ts';
import { uniqueId } from '../organization/ids.ts';
import type { Policy } from '../policy/document.ts';

export interface Session {
  readonly account: SandboxAccount;
  readonly role: SandboxRole;
  readonly name: string;
  readonly token: string;
  /** By the sandbox's clock. */
  readonly expiresAt: number;
  readonly policy: Policy | undefined;
  readonly sourceIdentity: string | undefined;
}

/** The sessions of assumed roles, by access key id. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #usedMfaCodes = new Set<string>();
  #serial = 0;

  get(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  add(session: Omit<Session, 'token'>): { readonly accessKeyId: string; readonly token: string } {
    this.#serial += 1;
    const accessKeyId = uniqueId('ASIA', session.account.id, this.#serial);
    const token = `SandboxSessionToken/${accessKeyId}/${session.name}`;
    this.#sessions.set(accessKeyId, { ...session, token });
    return { accessKeyId, token };
  }

  /** @returns false if it was used before */
  useMfaCode(code: string): boolean {
    return this.#usedMfaCodes.size < this.#usedMfaCodes.add(code).size;
  }

  clear(): void {
    this.#sessions.clear();
    this.#usedMfaCodes.clear();
  }
}
