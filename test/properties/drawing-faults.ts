import fc from 'fast-check';

import { modelledErrors } from '../support/service-model.ts';
import { isNameless } from './nameless.ts';
import { ACTIONS, type FaultFacts, type OtherFacts } from './story.ts';

type Target = Pick<FaultFacts, 'service'> & { readonly call: string };
type Harm = Pick<FaultFacts, 'kind' | 'afterEffect' | 'error' | 'instead'>;

const CALLS: readonly Target[] = [
  { service: 'sts', call: 'AssumeRole' },
  { service: 'organizations', call: 'ListAccounts' },
  { service: 'organizations', call: 'ListAccountsForParent' },
  { service: 'organizations', call: 'ListOrganizationalUnitsForParent' },
  { service: 'organizations', call: 'ListRoots' },
  { service: 'organizations', call: 'ListTagsForResource' },
  { service: 'organizations', call: 'ListParents' },
  { service: 'organizations', call: 'DescribeAccount' },
  { service: 'organizations', call: 'DescribeOrganization' },
  { service: 'tagging', call: 'GetResources' },
  ...ACTIONS.map((action) => ({ service: 'iam' as const, call: action.slice('iam:'.length) })),
];

const LOST_ANSWERS = [
  'internal-error',
  'unavailable',
  'timeout',
  'reset',
  'truncated',
  'garbled',
  'html-page',
  'empty-body',
] as const;
/**
 * Whoever refuses a call has not carried it out. A page of another size or order is no refusal, and carries
 * nothing out either.
 */
const REFUSALS = [
  'throttle',
  'denied',
  'expired-token',
  'short-page',
  'repeated-page',
  'swapped-pages',
] as const;

const lost: fc.Arbitrary<Harm> = fc.record({
  kind: fc.constantFrom(...LOST_ANSWERS),
  afterEffect: fc.boolean(),
});
const refused: fc.Arbitrary<Harm> = fc.record({ kind: fc.constantFrom(...REFUSALS) });
const other: fc.Arbitrary<OtherFacts> = fc.record({
  of: fc.constantFrom('call', 'account', 'subject'),
  number: fc.nat({ max: 6 }),
});

/** A write that is answered as if it had been another one cannot be noticed, so it gets no such answer. */
function wrong({ call }: Target): fc.Arbitrary<Harm> {
  if (/^(Update|Delete)/.test(call))
    return fc.record({ kind: fc.constant('other-answer'), instead: fc.constant({ of: 'call', number: 0 }) });
  return fc.oneof(
    fc.record({ kind: fc.constant('other-answer'), instead: other }),
    fc.constant<Harm>({ kind: 'earlier-answer' }),
  );
}

function modelled({ service, call }: Target): fc.Arbitrary<Harm> {
  const errors = modelledErrors(service, call);
  return errors.length === 0
    ? refused
    : fc.record({ kind: fc.constant('error'), error: fc.constantFrom(...errors) });
}

type Occurrence = NonNullable<FaultFacts['occurrence']>;

const anyOccurrence: fc.Arbitrary<Occurrence> = fc.oneof(
  fc.constantFrom('first', 'every'),
  fc.integer({ min: 1, max: 5 }),
  fc.constantFrom({ from: 1, to: 3 }, { from: 2, to: 9 }),
);

const fault: fc.Arbitrary<FaultFacts> = fc
  .constantFrom(...CALLS)
  .chain((target) =>
    fc.record({
      target: fc.constant(target),
      account: fc.option(fc.nat({ max: 6 }), { nil: undefined, freq: 2 }),
      harm: fc.oneof(lost, refused, wrong(target), modelled(target)),
      occurrence: anyOccurrence,
    }),
  )
  .map(({ target, account, harm, occurrence }) => ({
    ...target,
    ...harm,
    occurrence: once(isNameless({ ...target, ...harm }), occurrence),
    ...((target.service === 'iam' || target.service === 'sts') && { account }),
  }));

/** What no client could notice, and is read once more before a write, happens to one of the readings only. */
function once(isNameless: boolean, occurrence: Occurrence): Occurrence {
  if (!isNameless) return occurrence;
  return typeof occurrence === 'object' ? occurrence.to : occurrence === 'every' ? 'first' : occurrence;
}

export const anyFaults: fc.Arbitrary<readonly FaultFacts[]> = fc
  .array(fault, { maxLength: 3 })
  .map((faults) => {
    const first = faults.find(isNameless);
    return faults.filter((one) => one === first || !isNameless(one));
  });
