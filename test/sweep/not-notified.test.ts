import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { ENGINES } from '../support/engines.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const MINUTE = 60_000;

const NOTIFYING: ConfigInput = {
  ...EVERY_KEY,
  notices: { mail: { from: 'keysweep@example.com', userTag: 'email' }, required: true },
};

const mailed = (userName: string, email: string) => ({ ...ADA, userName, tags: { email } });

const failed = (accessKeyIds: string[]): LedgerRecord => ({
  ...{ type: 'notice-failed', at: '2026-11-27T22:55:00.000Z', channel: 'mail', label: 'x', count: 1 },
  ...{ failure: { kind: 'failed', call: 'ses:SendEmail', code: 'NoMailAddress', message: 'no' } },
  accessKeyIds,
});

describe.each(ENGINES)('a scheduled sweep whose notice is required, %s,', (_, runSweep) => {
  /** After a notice run that could not notify these users. */
  async function start(untold: readonly string[], config = NOTIFYING) {
    const organization = organizationOf(2, (index) => [
      mailed('ada', 'ada@example.com'),
      ...(index === 0 ? [mailed('bob', ' Nobody '), mailed('eve', 'eve@example.com')] : []),
    ]);
    const { dependencies, run, store, sandbox } = await onSandbox({ organization, config });
    const slot = new Date(sandbox.clock.now().getTime() + 10 * MINUTE).toISOString();
    const { summary } = await run({ mode: 'plan', noticeFor: slot });
    const keys = organization.keysOf(FIRST).filter(({ user }) => untold.includes(user.userName));
    const notices = keys.map(({ accessKeyId }) => failed([accessKeyId]));
    if (notices.length > 0) await openRunLog(store, summary.runId, { writer: 'notices' }).append(notices);
    organization.clock.advance(10 * MINUTE);
    const sweep = () => runSweep({ mode: 'sweep', filters: {}, scheduledFor: slot }, dependencies());
    return { organization, sweep, store };
  }

  it('leaves alone the keys of those who got no mail, and sweeps the others', async () => {
    const { organization, sweep, store } = await start(['bob']);
    const summary = await sweep();
    expect(summary).toMatchObject({
      ...{ verdict: 'incomplete', accounts: { withheld: 1, swept: 1 } },
      keys: { due: 4, deactivated: 3, failed: 1 },
    });
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active', 'eve Inactive']);
    const account = (await readRun(store, summary.runId)).accounts.get(FIRST);
    expect(account?.finished?.reason).toMatch(
      /^AKIA\w+: keysweep: NotNotified: the owner of this key got no notice of this sweep/,
    );
    expect([...(account?.writes.values() ?? [])].find(({ userName }) => userName === 'bob')).toMatchObject({
      ...{ outcome: 'not-attempted', failure: { kind: 'withheld', code: 'NotNotified' } },
    });
  });

  it('sweeps everybody when every mail was sent', async () => {
    const { organization, sweep } = await start([]);
    expect(await sweep()).toMatchObject({ verdict: 'ok', keys: { deactivated: 4 } });
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive']);
  });

  it('sweeps everybody when it is not required', async () => {
    const config = { ...NOTIFYING, notices: { ...NOTIFYING.notices, required: false } };
    const { sweep } = await start(['bob'], config);
    expect(await sweep()).toMatchObject({ verdict: 'ok', keys: { deactivated: 4 } });
  });
});
