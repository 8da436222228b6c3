import type { AccountSettings, TargetAccount } from '../targets/target.ts';
import type { Batch } from './batch-file.ts';
import type { StoredSurvey } from './survey-file.ts';

/** The targets with each different set of settings once. */
export function packTargets(targets: readonly TargetAccount[]): Pick<StoredSurvey, 'targets' | 'settings'> {
  const indexes = new Map<string, number>();
  const settings: AccountSettings[] = [];
  const indexOf = (of: AccountSettings): number => {
    const text = JSON.stringify(of);
    const index = indexes.get(text) ?? settings.push(of) - 1;
    indexes.set(text, index);
    return index;
  };
  return {
    targets: targets.map(({ account, settings: of }) => ({ accountId: account.id, settings: indexOf(of) })),
    settings,
  };
}

/** In the order of the list: the same survey gives the same batches. */
export function makeBatches(survey: StoredSurvey): Batch[] {
  const { facts, batchSize } = survey;
  const targets = targetsOf(survey);
  const count = Math.ceil(targets.length / batchSize);
  return Array.from({ length: count }, (_, index) => ({
    facts,
    number: index + 1,
    targets: targets.slice(index * batchSize, (index + 1) * batchSize),
  }));
}

/** @throws RangeError when the survey contradicts itself */
export function targetsOf({ listed, targets, settings: all }: StoredSurvey): TargetAccount[] {
  const accounts = new Map(listed.accounts.map((account) => [account.id, account]));
  return targets.map(({ accountId, settings: index }) => {
    const account = accounts.get(accountId);
    const settings = all[index];
    if (!account || !settings) throw new RangeError(`target ${accountId} is not in the stored survey`);
    return { account, settings };
  });
}
