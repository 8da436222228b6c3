import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { jsonDocument } from '../support/json-document.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { it, statuses, type OpenWorkspace } from '../support/workspace.ts';

const REGION = 'eu-central-1';
const ALLOWED = '--not-the-deployed-ledger';

/** A workspace whose accounts.json has a deployment, with its ledger; no ledger is named. */
async function deployed(open: OpenWorkspace) {
  const organization = organizationOf(2);
  const { id: account } = organization.managementAccount;
  const workspace = await open({
    organization,
    config: {
      ...EVERY_KEY,
      notices: { events: false },
      deployment: { account, organizationId: organization.id, region: REGION },
    },
  });
  const bucketName = `keysweep-ledger-${account}-${REGION}`;
  const bucket = organization.addBucket(bucketName);
  organization.addSigningKey(`arn:aws:kms:${REGION}:${account}:alias/keysweep-ledger`);
  const { KEYSWEEP_LEDGER: folder = '', ...environment } = workspace.environment;
  const run = (command: string) => workspace.runIn(command, { ...environment });
  const runs = (): string[] =>
    bucket.objects
      .list()
      .map(({ key }) => key)
      .filter((key) => key.endsWith('summary.json'));
  const planFile = join(workspace.folder, 'plan.json');
  return { ...workspace, run, organization, folder, url: `s3://${bucketName}/ledger`, runs, planFile };
}

describe('with a deployment in accounts.json', () => {
  it('every command uses the deployed ledger', async ({ open }) => {
    const { run, runs, organization } = await deployed(open);
    expect(await run('plan')).toMatchObject({ code: 0 });
    expect(await run('sweep --apply --yes')).toMatchObject({ code: 0, stderr: '' });
    expect(runs()).toHaveLength(2);
    const shown = await run('show --json');
    expect(jsonDocument('run', shown.stdout)).toMatchObject({
      run: { mode: 'sweep' },
      summary: { warnings: [] },
    });
    expect(jsonDocument('run', shown.stdout).run).not.toHaveProperty('otherLedger');
    for (const command of [
      'runs',
      'report --json',
      'diff last-plan last',
      'holds',
      'verify --all',
      'undo last',
    ])
      expect(await run(command), command).toMatchObject({ code: 0 });
    expect(statuses(organization)).toEqual({ Inactive: 2 });
  });

  it.for([
    'sweep --apply --yes',
    'apply plan.json --yes',
    'undo last --apply --all --reason x',
    'holds --lift AKIA1 --reason x',
  ])('"%s" refuses another ledger, also the default folder', async (command, { open }) => {
    const { run, folder, sandbox, url, planFile } = await deployed(open);
    if (command.startsWith('apply')) await run(`plan --out ${planFile}`);
    sandbox.calls.reset();
    for (const ledger of [folder, '.keysweep', `${url}/other`, 's3://other/ledger']) {
      const { code, stderr } = await run(`${command.replace('plan.json', planFile)} --ledger ${ledger}`);
      expect({ code, refused: stderr.includes(ALLOWED), deployed: stderr.includes(url) }).toEqual({
        code: 2,
        refused: true,
        deployed: true,
      });
    }
    expect(sandbox.calls.all).toEqual([]);
  });

  it('another one is used if that is typed out, and the run says so', async ({ open }) => {
    const { run, folder, organization, runs } = await deployed(open);
    const swept = await run(`sweep --apply --yes --json --ledger ${folder} ${ALLOWED}`);
    expect(swept.code).toBe(0);
    const { run: started, summary } = jsonDocument('run', swept.stdout);
    expect(started).toMatchObject({ otherLedger: true });
    expect(summary?.warnings).toEqual([expect.stringContaining('This run did not use the deployed ledger')]);
    expect(statuses(organization)).toEqual({ Inactive: 2 });
    expect(runs()).toEqual([]);
  });

  it('a plan may go anywhere, and says so', async ({ open }) => {
    const { run, folder } = await deployed(open);
    const planned = await run(`plan --json --ledger ${folder}`);
    expect(planned.code).toBe(0);
    expect(jsonDocument('run', planned.stdout).run).toMatchObject({ otherLedger: true });
    expect(await run(`show --ledger ${folder}`)).toMatchObject({ code: 0 });
  });

  it('is the same with a slash at its end, or in a variable', async ({ open }) => {
    const { run, url, runs, runIn, environment } = await deployed(open);
    expect(await run(`sweep --apply --yes --ledger ${url}/`)).toMatchObject({ code: 0 });
    expect(await runIn('sweep --apply --yes', { ...environment, KEYSWEEP_LEDGER: url })).toMatchObject({
      code: 0,
    });
    expect(runs()).toHaveLength(2);
  });

  it(`${ALLOWED} needs the name of the other one`, async ({ open }) => {
    const { run } = await deployed(open);
    const { code, stderr } = await run(`sweep --apply --yes ${ALLOWED}`);
    expect(code).toBe(2);
    expect(stderr).toContain('Name the other ledger with --ledger');
  });
});

const without = (variables: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([each]) => each !== name));

describe('without a deployment', () => {
  it('the ledger is the one that is named, or a folder', async ({ open }) => {
    const { runIn, environment, folder, stored } = await open();
    const unnamed = without(environment, 'KEYSWEEP_LEDGER');
    expect(await runIn('sweep --apply --yes', unnamed, folder)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(folder, '.keysweep', 'runs'))).toBe(true);
    expect((await stored()).started).not.toHaveProperty('otherLedger');
  });

  it('commands that only read need no accounts.json', async ({ open }) => {
    const { run, runIn, environment, folder } = await open();
    await run('plan');
    await run('plan');
    const bare = without(environment, 'KEYSWEEP_CONFIG');
    const elsewhere = join(folder, '.keysweep');
    for (const command of ['show', 'runs', 'report --json', 'holds', 'diff last'])
      expect(await runIn(command, bare, elsewhere), command).toMatchObject({ code: 0 });
  });
});
