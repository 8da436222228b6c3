import type { Exempt, RotationRole, Rules } from '../config/schema.ts';
import type { Failure } from '../aws/failure.ts';
import type { OrganizationAccount } from '../organization/account.ts';

/** What holds for one account after defaults, the overrides of its OUs and its own. */
export interface AccountSettings {
  readonly armed: boolean;
  readonly groups: readonly string[];
  readonly rules: Rules;
  readonly exempt: Exempt;
  readonly rotationRole: RotationRole;
  readonly callsPerAccount: number;
}

/** An account to sweep. */
export interface TargetAccount {
  readonly account: OrganizationAccount;
  readonly settings: AccountSettings;
}

/** An account that is not swept, with the outcome that the ledger gives it and the reason in words. */
export interface LeftOutAccount {
  readonly account: OrganizationAccount;
  readonly outcome: 'opted-out' | 'out-of-scope' | 'not-active';
  readonly reason: string;
}

/** An account about which too little is known to decide whether it is a target: nothing is written there. */
export interface UndecidedAccount {
  readonly account: OrganizationAccount;
  readonly failure: Failure;
}

export interface Selection {
  readonly targets: readonly TargetAccount[];
  readonly leftOut: readonly LeftOutAccount[];
  readonly undecided: readonly UndecidedAccount[];
  /** What the operator should hear of although it stops nothing: opt-outs expired, or expiring within 7 days. */
  readonly notices: readonly string[];
}
