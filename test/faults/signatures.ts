import { createHash, createPublicKey, sign, verify } from 'node:crypto';

import type { SandboxObject } from '../../sandbox/organization/bucket.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';

const SIGNATURE = 'x-amz-meta-keysweep-signature';
const SIGNED_AT = 'x-amz-meta-keysweep-signed-at';

/** As docs/adr/0018-ledger-that-can-be-verified.md says it. */
function message({ id }: SandboxOrganization, key: string, body: string | Buffer, at: string): Buffer {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.from(['keysweep ledger 1', id, key, at, sha256].join('\n'));
}

/** @returns headers of the object */
export function signatureOf(organization: SandboxOrganization, key: string, body: string, at: string) {
  const signed = sign('sha256', message(organization, key, body, at), privateKey(organization));
  return { [SIGNATURE]: signed.toString('base64'), [SIGNED_AT]: at };
}

export function isSigned(
  organization: SandboxOrganization,
  key: string,
  { body, headers }: SandboxObject,
): boolean {
  const signed = message(organization, key, body, headers[SIGNED_AT] ?? '');
  const signature = Buffer.from(headers[SIGNATURE] ?? '', 'base64');
  return verify('sha256', signed, createPublicKey(privateKey(organization)), signature);
}

function privateKey({ signingKeys: [key] }: SandboxOrganization) {
  if (!key) throw new Error('the ledger has no key');
  return key.privateKey;
}
