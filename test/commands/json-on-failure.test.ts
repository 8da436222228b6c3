import { describe, expect } from 'vitest';

import type { Fault } from '../../sandbox/faults/faults.ts';
import { jsonDocument } from '../support/json-document.ts';
import { EVERY_KEY } from '../support/sweeping.ts';
import { it } from '../support/workspace.ts';

const LIST: Fault = { service: 'organizations', call: 'ListAccounts', occurrence: 'every', kind: 'denied' };

describe('--json prints a document also when the command fails', () => {
  it.for(['plan --json', 'sweep --apply --yes --json'])(
    '"%s": the run that could not list',
    async (command, { open }) => {
      const { run, sandbox } = await open();
      sandbox.faults.add(LIST);
      const { code, stdout, stderr } = await run(command);
      const { summary } = jsonDocument('run', stdout);
      expect({ code, verdict: summary?.verdict }).toEqual({ code: 1, verdict: 'incomplete' });
      expect(summary?.problems).toEqual([
        expect.stringContaining('organizations:ListAccounts: AccessDenied'),
      ]);
      expect(stderr).toContain('AWS_CALL_FAILED');
      expect(await run('show --json')).toEqual({ code, stdout, stderr: '' });
    },
  );

  it('a run that cannot go on, as far as it was recorded', async ({ open }) => {
    const { run, sandbox } = await open();
    const bucket = sandbox.organization.addBucket('ledger');
    const isStored = (): boolean => bucket.objects.list().some(({ key }) => key.includes('/records/'));
    const where = {
      get Bucket() {
        return isStored() ? 'ledger' : '';
      },
    };
    sandbox.faults.add({ service: 's3', call: 'PutObject', where, occurrence: 'every', kind: 'denied' });
    const { code, stdout } = await run('sweep --apply --yes --json --ledger s3://ledger/team');
    expect(code).toBe(1);
    expect(jsonDocument('run', stdout)).toMatchObject({ run: { mode: 'sweep' }, summary: null });
  });

  it.for<[string, number, string | null, string]>([
    ['plan --json --ledger gs://x', 2, 'LEDGER_LOCATION_INVALID', 'gs://'],
    ['sweep --apply --json', 2, 'USAGE_INVALID', 'Add --yes'],
    ['plan --json --nope', 2, 'USAGE_INVALID', "unknown option '--nope'"],
    ['plan --out /dev/null/x/plan.json --json', 1, null, '/dev/null/x'],
    ['apply nowhere.json --yes --json', 2, 'CONFIG_INVALID', 'nowhere.json does not exist'],
    ['show --json', 2, 'RUN_NOT_FOUND', 'has no runs'],
    ['report --json', 2, 'RUN_NOT_FOUND', 'has no runs'],
    ['report --csv - --json', 2, 'USAGE_INVALID', 'Only one of --html -'],
    ['diff last --json', 2, 'RUN_NOT_FOUND', 'has no runs'],
    ['undo last --json', 2, 'RUN_NOT_FOUND', 'has no runs'],
    ['holds --json --lift AKIANONE --reason test', 2, 'USAGE_INVALID', 'no hold on AKIANONE'],
    ['runs --json --ledger s3://nowhere/x', 1, 'AWS_CALL_FAILED', 'NoSuchBucket'],
    ['doctor --json --config nowhere.json', 2, 'CONFIG_INVALID', 'nowhere.json'],
  ])('"%s": the error, with exit code %i', async ([command, exitCode, code, message], { open }) => {
    const { run } = await open();
    const { code: ended, stdout, stderr } = await run(command);
    const { error } = jsonDocument('error', stdout);
    expect({ ended, ...error }).toMatchObject({ ended: exitCode, exitCode, code });
    expect(error.message).toContain(message);
    expect(stderr).toContain(message);
  });

  it('accounts: the call that failed', async ({ open }) => {
    const { run, sandbox } = await open();
    sandbox.faults.add(LIST);
    const { code, stdout } = await run('accounts --json');
    expect(code).toBe(1);
    expect(jsonDocument('error', stdout).error).toMatchObject({ code: 'AWS_CALL_FAILED', exitCode: 1 });
  });

  it('and prints no second document after a run of which only the page could not be stored', async ({
    open,
  }) => {
    const { run } = await open({ config: { ...EVERY_KEY, limits: { maxKeys: 1 } } });
    const { code, stdout } = await run('sweep --apply --yes --json');
    expect(code).toBe(3);
    jsonDocument('run', stdout);
    expect((await run('plan --help --json')).stdout).toContain('Usage: keysweep plan');
  });
});
