import { CredentialsError } from '../aws/errors.ts';
import { profileInUse } from './profiles.ts';
import type { Terminal } from './terminal.ts';

/** @returns a function that the SDK calls for a profile with `mfa_serial` */
export function askMfaCode({
  say,
  interactive,
}: Pick<Terminal, 'say' | 'interactive'>): (device: string) => Promise<string> {
  let left = false;
  return async (device) => {
    const profile = profileInUse();
    const notTyped = () => new CredentialsError(`No MFA code was typed for the AWS profile "${profile}".`);
    if (!interactive) throw new CredentialsError(wayRound(profile, device));
    if (left) throw notTyped();
    // It also clears the line that shows the progress.
    say(`The AWS profile "${profile}" needs a code of an MFA device.`);
    const { default: input } = await import('@inquirer/input');
    const validate = (code: string) => /^\s*\d{6}\s*$/.test(code) || 'Type the six digits of the code.';
    const question = input({ message: `MFA code of ${device}:`, validate }, { output: process.stderr });
    const code = await question.catch(() => {
      left = true;
      throw notTyped();
    });
    return code.trim();
  };
}

const wayRound = (profile: string, device: string): string =>
  `The AWS profile "${profile}" needs a code of the MFA device ${device}, and there is no terminal to type ` +
  'it. In a terminal, run eval "$(aws configure export-credentials ' +
  `--profile ${profile} --format env)" and unset AWS_PROFILE, then run keysweep there; ` +
  'for a job, use a role that needs no MFA.';
