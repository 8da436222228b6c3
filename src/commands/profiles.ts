import { CredentialsError } from '../aws/errors.ts';
import { nearest } from '../config/nearest.ts';

interface Profile {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** As the SDK's `getProfileName` does, which is loaded with the rest of it. */
export function profileInUse(): string {
  return process.env['AWS_PROFILE'] || 'default';
}

/**
 * The SDK passes over a profile that it cannot use, and takes the credentials of the machine: those of
 * somebody else.
 * @returns the profile in use and those that its roles are assumed from
 * @throws CredentialsError
 */
export async function checkProfiles(): Promise<readonly Profile[]> {
  const { AWS_PROFILE: named, AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  if (!named && keyId && secret) return [];
  const { parseKnownFiles } = await import('@smithy/core/config');
  const known = await parseKnownFiles({});
  const chain: Profile[] = [];
  const add = (name: string): void => {
    const settings = known[name] ?? (name === 'default' && chain.length === 0 ? {} : undefined);
    if (settings === undefined) throw new CredentialsError(missing(name, chain.at(-1), Object.keys(known)));
    chain.push({ name, settings });
    const { role_arn: role, source_profile: source } = settings;
    if (role && source && chain.every((profile) => profile.name !== source)) add(source);
  };
  add(profileInUse());
  checkLast(chain);
  return chain;
}

function missing(name: string, user: Profile | undefined, known: readonly string[]): string {
  const { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } = process.env;
  // Sections of other kinds are in the same record, such as sso-session.corp.
  const similar = nearest(
    name,
    known.filter((section) => !/^(sso-session|services)\./.test(section)),
  );
  return (
    `The AWS ${described(name, user)} is in neither ${config || '~/.aws/config'} nor ` +
    `${credentials || '~/.aws/credentials'}.${similar === undefined ? '' : ` Did you mean "${similar}"?`}`
  );
}

function described(name: string, user: Profile | undefined): string {
  return user ? `profile "${name}", source_profile of "${user.name}",` : `profile "${name}"`;
}

/** Each is a source of credentials: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
const SOURCES = [
  'aws_access_key_id',
  'credential_process',
  'credential_source',
  'login_session',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
];

export function hasSource({ settings }: Profile): boolean {
  return SOURCES.some((source) => settings[source]);
}

/** A profile without a role may have only a Region: the credentials are then those of the machine. */
function checkLast(chain: readonly Profile[]): void {
  const [last, user] = [chain.at(-1), chain.at(-2)];
  if (!last || hasSource(last)) return;
  if (last.settings['role_arn'] && !last.settings['source_profile'])
    throw new CredentialsError(
      `The AWS ${described(last.name, user)} has a role_arn, and neither source_profile nor ` +
        'credential_source, which say who assumes it.',
    );
  if (user) throw new CredentialsError(`The AWS ${described(last.name, user)} has no credentials.`);
}

/**
 * What the SDK says of a profile does not name it, and would say that there are no credentials at all.
 * @returns undefined for an error of AWS
 */
export function refusedBy(profiles: readonly Profile[], error: unknown): CredentialsError | undefined {
  const last = profiles.at(-1);
  if (!last || !(error instanceof Error) || error.name !== 'CredentialsProviderError') return undefined;
  const sso = last.settings['sso_session'] ?? last.settings['sso_start_url'];
  const isSignedOut = /aws sso login|Session token not found or invalid/.test(error.message);
  const text =
    sso && isSignedOut
      ? `The SSO session of the AWS profile "${last.name}" has expired or is missing. ` +
        `Run aws sso login --profile ${last.name}`
      : `The AWS profile "${last.name}" gives no credentials: ${error.message}`;
  return new CredentialsError(text, { cause: error });
}
