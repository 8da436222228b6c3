import type { Fault, FaultKind, OtherRequest } from '../../sandbox/faults/faults.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';
import { modelledErrors } from '../support/service-model.ts';

type Harm = readonly [name: string, fault: Pick<Fault, 'kind' | 'afterEffect' | 'error' | 'instead'>];

const HARMS: readonly Harm[] = [
  ...(
    ['throttle', 'internal-error', 'denied', 'expired-token', 'timeout', 'garbled', 'other-shape'] as const
  ).map((kind) => [kind, { kind }] as const),
  ['done, answer lost', { kind: 'reset' satisfies FaultKind, afterEffect: true }],
  ...(['html-page', 'empty-body'] as const).flatMap((kind): Harm[] => [
    [kind, { kind }],
    [`done, ${kind}`, { kind, afterEffect: true }],
  ]),
];

/** @param others what the call may get instead of its answer */
export function harmsAt(name: string, others: readonly OtherRequest[] = []): readonly Harm[] {
  const [service = '', call = ''] = name.split(':');
  const wrong = others.map((instead): Harm => [
    `answer of another ${'parameters' in instead ? 'user' : Object.keys(instead).join()}`,
    { kind: 'other-answer', instead },
  ]);
  const errors = modelledErrors(service as ServiceName, call).map((error): Harm => [
    `error ${error.code}`,
    { kind: 'error', error },
  ]);
  return [...HARMS, ...wrong, ...errors];
}
