/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes */
const OTHERS: Readonly<Record<string, string>> = {
  ABIA: 'an STS service bearer token',
  ACCA: 'a context-specific credential',
  AGPA: 'a user group',
  AIDA: 'an IAM user',
  AIPA: 'an instance profile',
  ANPA: 'a managed policy',
  ANVA: 'a version of a managed policy',
  APKA: 'a public key',
  AROA: 'a role',
  ASCA: 'a certificate',
};

/** In base32, after the prefix. */
const KEY = /^AKIA[A-Z2-7]{16}$/;
const IN_TEXT = /\b(?:AKIA|ASIA)[A-Z2-7]{12,124}\b/g;

/** The IDs of access keys and sessions in any text, such as the output of a secret scanner, each once. */
export function keyIdsIn(text: string): string[] {
  return [...new Set(text.match(IN_TEXT))];
}

/** Why there is nothing to look up. */
export interface NoKeyId {
  readonly status: 'session-key' | 'not-a-key' | 'malformed';
  readonly message: string;
}

/** @returns undefined: it may be the ID of an access key */
export function checkKeyId(id: string): NoKeyId | undefined {
  const prefix = id.slice(0, 4);
  if (prefix === 'ASIA') return { status: 'session-key', message: SESSION };
  const other = OTHERS[prefix];
  if (other !== undefined)
    return {
      status: 'not-a-key',
      message: `This is the ID of ${other}, and no access key. Those begin with AKIA.`,
    };
  if (KEY.test(id)) return undefined;
  const likely = likelyId(id);
  const nearest = likely === undefined ? '' : ` The nearest that can be one is ${likely}.`;
  const message =
    `This is no ID of an access key: AKIA, then 16 of the letters A to Z and the digits 2 to 7; ` +
    `this has ${id.length} characters.${nearest} Copy it again.`;
  return { status: 'malformed', message };
}

const SESSION =
  'This is the ID of a temporary session. It cannot be deactivated; it expires within 36 hours. Find the ' +
  "role or user in CloudTrail by this ID, and revoke the role's sessions, or deny the user what was issued " +
  'before now: docs/what-revoking-does-not-revoke.md.';

/** With the letters that look like characters that no ID has. */
function likelyId(id: string): string | undefined {
  const upper = id.trim().toUpperCase();
  const likely = upper.replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B');
  return KEY.test(likely) ? likely : undefined;
}
