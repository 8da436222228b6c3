import { newRunId, randomDigits } from '../ledger/run-id.ts';
import type { RunSummary } from '../ledger/record.ts';
import { runInventory } from '../sweep/inventory/run-inventory.ts';
import type { RotatorEvent } from './event.ts';
import type { Rotator } from './rotator.ts';
import { dependenciesOf, reportEnd, storeReport } from './run-and-report.ts';

/**
 * Makes an inventory within this invocation, also with the engine `step-functions`: accounts that it does not
 * reach end as `not-reached`.
 * @throws what runInventory throws
 */
export async function takeInventory({ accounts }: RotatorEvent, rotator: Rotator): Promise<RunSummary> {
  const { credentials = 'access-keys', lastUse = false } = rotator.config.inventory ?? {};
  const runId = newRunId(rotator.now(), randomDigits);
  const dependencies = dependenciesOf(rotator);
  const { deadline } = dependencies;
  try {
    const request = { runId, filters: { accounts }, credentials, lastUse };
    // Nothing is written, so all of the time is for reading.
    const summary = await runInventory(request, {
      ...dependencies,
      deadline: { ...deadline, reading: deadline.writing },
    });
    await reportEnd(summary, rotator);
    return summary;
  } finally {
    await storeReport(runId, rotator);
  }
}
