import type { OptOutTagState, OrganizationAccount } from '../organization/account.ts';
import { endedNotice, endingNotice } from './opt-out.ts';
import { notReadDefect, classifyWithoutTag, type Classified, type WithoutTags } from './classify.ts';
import { settingsFor } from './settings.ts';
import type { LeftOutAccount, Selection, TargetAccount } from './target.ts';

export interface SelectionInput extends WithoutTags {
  /** By account id. Asked only for accounts that nothing else settles; one that is missing counts as not known. */
  readonly optOutTags: ReadonlyMap<string, OptOutTagState>;
}

type Verdict = Exclude<Classified, { open: unknown }> | { readonly target: TargetAccount };

/**
 * Sorts every account into exactly one of targets, left out (with the reason) and undecided (with the failure), in the
 * order in which they were listed. What is not known is never a target.
 */
export function selectTargets(input: SelectionInput): Selection {
  const verdicts = input.accounts.map((account) => settle(account, input));
  const targets = verdicts.flatMap((verdict) => ('target' in verdict ? [verdict.target] : []));
  const leftOut = verdicts.flatMap((verdict) => ('leftOut' in verdict ? [verdict.leftOut] : []));
  const undecided = verdicts.flatMap((verdict) => ('undecided' in verdict ? [verdict.undecided] : []));
  return { targets, leftOut, undecided, notices: notices(targets, leftOut, input) };
}

function settle(account: OrganizationAccount, input: SelectionInput): Verdict {
  const settled = classifyWithoutTag(account, input);
  if (!('open' in settled)) return settled;
  return (
    byTag(account, input) ?? {
      target: { account, settings: settingsFor(account, settled.open.path, input.config) },
    }
  );
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

function notices(
  targets: readonly TargetAccount[],
  leftOut: readonly LeftOutAccount[],
  { config, now }: SelectionInput,
): string[] {
  const optedOut = leftOut.filter(({ outcome }) => outcome === 'opted-out');
  return [
    ...targets.map(({ account }) => endedNotice(account, config, now)),
    ...optedOut.map(({ account }) => endingNotice(account, config, now)),
  ].filter((notice) => notice !== undefined);
}
