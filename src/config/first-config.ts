export interface FirstChoices {
  readonly groups: readonly string[];
  readonly roleName: string;
  readonly maxKeyAgeDays: number;
}

/** An accounts.json that arms nothing, with comments, which it may have. */
export function renderFirstConfig({ groups, roleName, maxKeyAgeDays }: FirstChoices): string {
  return `{
  // All settings: docs/configuration.md. keysweep doctor checks this file against the organization.

  // The role that keysweep assumes in every account.
  "rotationRole": { "name": ${JSON.stringify(roleName)} },

  "defaults": {
    // Nothing is revoked in an account that is not armed. Arm one first, under "overrides".
    "armed": false,

    // The keys of the members of these IAM groups are swept.
    "groups": [${groups.map((name) => JSON.stringify(name)).join(', ')}],

    "rules": {
      // A key is due when it is this old. 0: every key, at every sweep.
      "maxKeyAgeDays": ${maxKeyAgeDays},

      // Deactivated first, which keysweep undo reverses, and deleted a week later.
      "mode": "deactivate-then-delete",
      "deleteAfterDays": 7,

      // People only: users with a console password. "all" includes machine users.
      "users": "with-console-access"
    },

    // Users with this tag are left alone.
    "exempt": { "userTag": "keysweep=exempt" }
  },

  // Other settings for some accounts or OUs, such as:
  // { "accounts": ["111122223333"], "armed": true }
  "overrides": [],

  // Accounts that are left alone, each with an owner, a reason and a last day, such as:
  // { "account": "444455556666", "owner": "ada@example.com", "reason": "audit", "until": "2027-01-31" }
  "optOuts": []
}
`;
}
