import type { OptOutTagState, OrganizationAccount } from '../organization/account.ts';
import { endedWarning, endingWarning } from './opt-out.ts';
import { notReadDefect, classifyWithoutTag, type Classified, type WithoutTags } from './classify.ts';
import { settingsFor } from './settings.ts';
import type { LeftOutAccount, Selection, TargetAccount } from './target.ts';

export interface SelectionInput extends WithoutTags {
  /** By account ID. Read only for eligible accounts; a missing one counts as unknown. */
  readonly optOutTags: ReadonlyMap<string, OptOutTagState>;
}

type Verdict = Exclude<Classified, { eligible: unknown }> | { readonly target: TargetAccount };

/**
 * Sorts every account into exactly one of targets, left out and undecided, in the order of the list. An
 * account that is not completely known is never a target.
 */
export function selectTargets(input: SelectionInput): Selection {
  const verdicts = input.accounts.map((account) => classify(account, input));
  const targets = verdicts.flatMap((verdict) => ('target' in verdict ? [verdict.target] : []));
  const leftOut = verdicts.flatMap((verdict) => ('leftOut' in verdict ? [verdict.leftOut] : []));
  const undecided = verdicts.flatMap((verdict) => ('undecided' in verdict ? [verdict.undecided] : []));
  return { targets, leftOut, undecided, warnings: warningsOf(targets, leftOut, input) };
}

function classify(account: OrganizationAccount, input: SelectionInput): Verdict {
  const classified = classifyWithoutTag(account, input);
  if (!('eligible' in classified)) return classified;
  const { path } = classified.eligible;
  return byTag(account, input) ?? { target: { account, settings: settingsFor(account, path, input.config) } };
}

function byTag(account: OrganizationAccount, { optOutTags, config }: SelectionInput): Verdict | undefined {
  if (config.optOutTag === false) return undefined;
  const tag = optOutTags.get(account.id);
  if (tag === undefined)
    return { undecided: { account, failure: notReadDefect('organizations:ListTagsForResource') } };
  if (!tag.known) return { undecided: { account, failure: tag.failure } };
  if (!tag.optedOut) return undefined;
  const reason = `by its tag ${config.optOutTag.key}=${config.optOutTag.value}`;
  return { leftOut: { account, outcome: 'opted-out', reason } };
}

function warningsOf(
  targets: readonly TargetAccount[],
  leftOut: readonly LeftOutAccount[],
  { config, now }: SelectionInput,
): string[] {
  const optedOut = leftOut.filter(({ outcome }) => outcome === 'opted-out');
  return [
    ...targets.map(({ account }) => endedWarning(account, config, now)),
    ...optedOut.map(({ account }) => endingWarning(account, config, now)),
  ].filter((warning) => warning !== undefined);
}
