import { changeAt } from './changes.ts';
import { everywhere, faultAt, lists, never, type Harm } from './harm.ts';

export const PAGE_ORDERS: readonly Harm[] = [
  {
    name: 'page twice',
    faults: (site) => [faultAt(site, { kind: 'repeated-page' })],
    heals: never,
    perhaps: everywhere,
    at: lists,
  },
  {
    name: 'page before once more',
    faults: (site) => [faultAt(site, { kind: 'earlier-answer' })],
    heals: never,
    at: ({ isPage }) => isPage === 'later',
  },
  {
    name: 'next page first',
    faults: (site) => [faultAt(site, { kind: 'swapped-pages' })],
    heals: everywhere,
    at: ({ isPage }) => isPage === 'first',
  },
  {
    name: 'changed before its next page',
    faults: (site) => [faultAt(site, { kind: 'slow', milliseconds: 0, occurrence: site.nth + 1 })],
    heals: everywhere,
    change: changeAt,
    at: (site) => site.isPage === 'first' && changeAt(site) !== undefined,
  },
];
