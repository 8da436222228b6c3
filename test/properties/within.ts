import { ROOT, type Chapter, type Facts, type Place } from './story.ts';

/**
 * The same facts with every OU and account that does not exist replaced by one that does, and no override
 * given twice.
 */
export function within(facts: Facts): Facts {
  const place = (at: Place): Place => (at < facts.units.length ? at : ROOT);
  const number = (at: number): number => at % facts.accounts.length;
  const chapters = (list: readonly Chapter[]): Chapter[] =>
    list.map((chapter) => {
      if (!('account' in chapter)) return chapter;
      const at = { account: number(chapter.account) };
      return chapter.type === 'move' ? { ...chapter, ...at, to: place(chapter.to) } : { ...chapter, ...at };
    });
  const { config, filters } = facts;
  return {
    ...facts,
    units: facts.units.map((unit, index) => ({ ...unit, above: unit.above < index ? unit.above : ROOT })),
    accounts: facts.accounts.map((account) => ({ ...account, place: place(account.place) })),
    denials: facts.denials.map(({ on, actions }) => ({
      on: 'account' in on ? { account: number(on.account) } : { unit: place(on.unit) },
      actions,
    })),
    config: {
      ...config,
      ofUnits: oncePer(
        config.ofUnits.map((entry) => ({ ...entry, unit: place(entry.unit) })),
        ({ unit }) => unit,
      ),
      ofAccounts: oncePer(
        config.ofAccounts.map((entry) => ({ ...entry, account: number(entry.account) })),
        ({ account }) => account,
      ),
      scope: config.scope && besideNoRoot([...new Set(config.scope.map(place))]),
      optOuts: config.optOuts.map((entry) => ({ ...entry, account: number(entry.account) })),
    },
    filters: {
      ...(filters.accounts && { accounts: [...new Set(filters.accounts.map(number))] }),
      ...(filters.units && { units: [...new Set(filters.units.map(place))] }),
    },
    faults: facts.faults.map(({ account, ...fault }) => ({
      ...fault,
      ...(account !== undefined && { account: number(account) }),
    })),
    ...(facts.before && { before: chapters(facts.before) }),
    chapters: chapters(facts.chapters),
  };
}

/** A root covers every OU, and accounts.json takes none beside it. */
function besideNoRoot(places: readonly Place[]): readonly Place[] {
  return places.includes(ROOT) ? [ROOT] : places;
}

function oncePer<Entry>(entries: readonly Entry[], by: (entry: Entry) => number): Entry[] {
  return [...new Map(entries.map((entry) => [by(entry), entry])).values()];
}
