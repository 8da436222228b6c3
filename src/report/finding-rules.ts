import type { AccountPlanned, Escape } from '../ledger/record.ts';
import type { StoredWrite } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';
import { REASON_MEANINGS } from './explain.ts';
import { printable } from './printable.ts';

/** What a key is reported for to a security team. */
export type FindingRule = 'over-age' | 'unused' | 'ungoverned' | 'escaped';

interface RuleText {
  readonly title: string;
  readonly severity: 'Low' | 'Medium' | 'High';
  readonly remediation: string;
  readonly url: string;
}

const IAM_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';

export const FINDING_RULES: Readonly<Record<FindingRule, RuleText>> = {
  'over-age': {
    title: 'is over age',
    severity: 'Medium',
    remediation:
      'Move what uses the key to an IAM role, or to a new key, and deactivate this one. ' +
      'A sweep does so in an armed account.',
    url: `${IAM_GUIDE}/id-credentials-access-keys-update.html`,
  },
  unused: {
    title: 'is unused',
    severity: 'Medium',
    remediation: 'Deactivate the key, and delete it later. A sweep does so in an armed account.',
    url: `${IAM_GUIDE}/id-credentials-access-keys-update.html`,
  },
  ungoverned: {
    title: 'is exempt from the rules',
    severity: 'Low',
    remediation:
      'Check that the exemption is still needed. A program can use an IAM role instead of the key, and an ' +
      'exemption in accounts.json can name its owner, reason and last day.',
    url: `${IAM_GUIDE}/best-practices.html`,
  },
  escaped: {
    title: 'escaped the rules',
    severity: 'High',
    remediation:
      'Ask its owner or the team of the account why. If it is no mistake of accounts.json, put the user ' +
      'back into the group or remove the tag, and let only the cloud team change these.',
    url: `${IAM_GUIDE}/id_credentials_access-keys.html`,
  },
};

export function whyEscaped({ how }: Escape): string {
  const meaning = how === 'not-in-groups' ? 'the user has left the configured groups' : REASON_MEANINGS[how];
  return `The last sweep governed it, and it lives: ${meaning}.`;
}

/** Of a key that is over age or unused. */
export function whyDue(
  { reason }: KeyDecision,
  { rules, armed }: AccountPlanned,
  write: StoredWrite | undefined,
): string {
  const isUnused = reason === 'maxUnusedDays reached';
  const [breach, setting] = isUnused
    ? (['unused', 'maxUnusedDays'] as const)
    : (['over age', 'maxKeyAgeDays'] as const);
  const allowed = rules ? ` (${setting} is ${rules[setting]})` : '';
  const outcome = write ? ` This run tried to revoke it: ${write.outcome}.` : '';
  const unarmed = armed ? '' : ' The account is not armed, so no sweep revokes it.';
  return `It is active and ${breach}${allowed}: ${REASON_MEANINGS[reason]}.${outcome}${unarmed}`;
}

export function whyUngoverned(decision: KeyDecision): string {
  const { name, until } = (decision.action === 'keep' && decision.exemption) || {};
  const by = name && ` (${printable(name)}${until === undefined ? '' : `, until ${until}`})`;
  return `It is active, and no sweep revokes it: ${REASON_MEANINGS[decision.reason]}${by ?? ''}.`;
}
