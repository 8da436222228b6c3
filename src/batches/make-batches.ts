import type { AccountSettings, TargetAccount } from '../targets/target.ts';
import type { Batch } from './batch-file.ts';
import type { StoredSurvey } from './survey-file.ts';

/** The targets with each differing set of settings once. Pure. */
export function packTargets(targets: readonly TargetAccount[]): Pick<StoredSurvey, 'targets' | 'settings'> {
  const places = new Map<string, number>();
  const settings: AccountSettings[] = [];
  const placeOf = (of: AccountSettings): number => {
    const text = JSON.stringify(of);
    const place = places.get(text) ?? settings.push(of) - 1;
    places.set(text, place);
    return place;
  };
  return {
    targets: targets.map(({ account, settings: of }) => ({ accountId: account.id, settings: placeOf(of) })),
    settings,
  };
}

/** The targets in batches, in the order of the list; the same survey gives the same batches. Pure. */
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

/** Every target with its settings. @throws RangeError when the survey contradicts itself */
export function targetsOf({ listed, targets, settings: sets }: StoredSurvey): TargetAccount[] {
  const accounts = new Map(listed.accounts.map((account) => [account.id, account]));
  return targets.map(({ accountId, settings: place }) => {
    const account = accounts.get(accountId);
    const settings = sets[place];
    if (!account || !settings) throw new RangeError(`target ${accountId} is not what was stored`);
    return { account, settings };
  });
}
