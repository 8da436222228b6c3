import type { OptOutTagState, OrganizationAccount, Placement } from '../../src/organization/account.ts';
import type { Failure } from '../../src/aws/failure.ts';
import type { SelectionInput } from '../../src/targets/select-targets.ts';
import { configWith } from '../support/build-config.ts';

export const ROOT = 'r-ab12';
export const SANDBOX = 'ou-ab12-sandbox1';
export const TEAMS = 'ou-ab12-teams001';
export const PAYMENTS = 'ou-ab12-payments';

export const THROTTLED: Failure = {
  kind: 'throttled',
  call: 'organizations:X',
  code: 'TooManyRequestsException',
  message: 'slow',
};

/** An active member account; its ID is the digit twelve times. */
export function account(digit: number, overrides: Partial<OrganizationAccount> = {}): OrganizationAccount {
  return {
    id: idOf(digit),
    name: `account-${digit}`,
    state: 'ACTIVE',
    isManagementAccount: false,
    ...overrides,
  };
}

export function idOf(digit: number): string {
  return String(digit).repeat(12);
}

export function placedIn(...path: string[]): Placement {
  return { known: true, path: [ROOT, ...path] };
}

export const UNKNOWN_PLACEMENT: Placement = { known: false, failure: THROTTLED };
export const UNTAGGED: OptOutTagState = { known: true, optedOut: false };
export const TAGGED: OptOutTagState = { known: true, optedOut: true };
export const UNKNOWN_TAG: OptOutTagState = { known: false, failure: THROTTLED };

/** Account 1, active and untagged, in an organization with default settings; noon on 15 January 2027. */
export function selectionInput(overrides: Partial<SelectionInput> = {}): SelectionInput {
  return {
    accounts: [account(1)],
    placements: new Map(),
    optOutTags: new Map([[idOf(1), UNTAGGED]]),
    config: configWith(),
    filters: {},
    now: new Date('2027-01-15T12:00:00Z'),
    ...overrides,
  };
}
