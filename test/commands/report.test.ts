import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { dateFromNow } from '../support/clock.ts';
import { closeWorkspace, openWorkspace, type Workspace } from '../support/workspace.ts';

describe('keysweep report and diff', { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let swept: string;
  let printed: string;
  const page = async (runId: string): Promise<string | undefined> =>
    workspace.ledger.get(`runs/${runId}/report.html`);

  beforeAll(async () => {
    workspace = await openWorkspace();
    printed = (await workspace.run('sweep --apply --yes')).stdout;
    [swept = ''] = await listRunIds(workspace.ledger);
  });
  afterAll(() => closeWorkspace(workspace));

  it('rebuild the page that the sweep stored, and said where', async () => {
    const stored = await page(swept);
    expect(stored).toContain(`keysweep sweep ${swept}: ok`);
    expect(printed).toContain(`page   ${workspace.ledger.location}/runs/${swept}/report.html`);
    const [html, csv] = ['report.html', 'keys.csv'].map((name) => join(workspace.folder, name));
    const calls = workspace.sandbox.calls.all.length;
    const ended = await workspace.run(`report --html ${html} --csv ${csv}`);
    expect(ended).toEqual({ code: 0, stdout: '', stderr: `Wrote ${html}\nWrote ${csv}\n` });
    expect(await readFile(html ?? '', 'utf8')).toBe(stored);
    expect(
      (await readFile(csv ?? '', 'utf8')).split('\r\n').filter((row) => row.includes('"deactivated"')),
    ).toHaveLength(2);
    expect((await stat(html ?? '')).mode & 0o777).toBe(0o600);
    expect(workspace.sandbox.calls.all).toHaveLength(calls);
  });

  it('write the pages of all runs, with an index, into a new folder', async () => {
    const site = join(workspace.folder, 'all', 'site');
    const ended = await workspace.run(`report --site ${site}`);
    const said = `Wrote ${site}/index.html and the pages of 1 run\n`;
    expect(ended).toEqual({ code: 0, stdout: '', stderr: said });
    expect(await readFile(join(site, 'runs', swept, 'report.html'), 'utf8')).toBe(await page(swept));
    expect(await readFile(join(site, 'index.html'), 'utf8')).toContain(`href="runs/${swept}/report.html"`);
    expect((await stat(join(site, 'index.html'))).mode & 0o777).toBe(0o600);
    const both = await workspace.run(`report --site ${site} --csv -`);
    expect(both).toMatchObject({ code: 0, stderr: said });
    expect(both.stdout).toContain('"run_id"');
  });

  it('write to stdout', async () => {
    expect(await workspace.run(`report ${swept} --html -`)).toEqual({
      code: 0,
      stdout: await page(swept),
      stderr: '',
    });
    const { stdout } = await workspace.run('report --json');
    expect(stdout).toBe((await workspace.run('show --json')).stdout);
  });

  it.each([
    ['report', 'Choose an output: --html FILE'],
    ['report --format asff --csv -', 'Only one of --html -, --csv -, --format and --json'],
    ['report --csv - --output findings.json', '--output is the file of --format'],
    ['report --format sarif', 'Allowed choices are ocsf, asff'],
    ['report --html - --csv -', 'Only one of --html -, --csv -, --format and --json can go to stdout'],
    ['report --html nowhere/at/all.html', 'nowhere/at/all.html could not be written'],
    ['report --site /dev/null/site', 'could not be written'],
    ['diff 2001', 'has no run 2001'],
  ])('refuse %s', async (command, message) => {
    const ended = await workspace.run(command);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  it('compare with a later run, and say if that covers only a part', async () => {
    await workspace.run('plan --account 100000000001');
    const { code, stdout, stderr } = await workspace.run(`diff ${swept} last --json`);
    expect(code).toBe(0);
    expect(stderr).toMatch(/covers only part of the organization/);
    expect(JSON.parse(stdout)).toMatchObject({
      beforeRunId: swept,
      accountsChanged: [{ before: 'swept' }, { before: 'swept', after: 'out-of-scope', coverageLost: false }],
      keysRemoved: [],
    });
  });

  it('compare with the run of the same kind before it, and never a run with itself', async () => {
    const partial = 'plan --account 100000000001';
    await workspace.run(partial);
    await workspace.run('plan');
    const [second, first] = await listRunIds(workspace.ledger);
    const alone = await workspace.run('diff');
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toContain(`has no plan before ${second ?? ''} to compare it with. Name two runs.`);
    expect(await workspace.run(`diff ${second ?? ''} last`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`Both are run ${second ?? ''}`) as string,
    });
    await workspace.run(partial);
    await workspace.run('plan');
    expect(JSON.parse((await workspace.run('diff --json')).stdout)).toMatchObject({ beforeRunId: second });
    const [, otherPart] = await listRunIds(workspace.ledger);
    expect(JSON.parse((await workspace.run(`diff ${otherPart ?? ''} --json`)).stdout)).toMatchObject({
      beforeRunId: first,
      afterRunId: otherPart,
    });
  });

  it('find the page of a run that failed as a whole, and of an undo', async () => {
    await writeFile(
      join(workspace.folder, 'misspelt.json'),
      JSON.stringify({
        defaults: { groups: ['Developers'] },
        optOuts: [{ account: '999999999998', owner: 'ada', reason: 'none', until: dateFromNow(400) }],
      }),
    );
    const failed = await workspace.run('plan', { KEYSWEEP_CONFIG: join(workspace.folder, 'misspelt.json') });
    expect(failed.code).toBe(2);
    const [failedId = ''] = await listRunIds(workspace.ledger);
    expect(await page(failedId)).toMatch(/INCOMPLETE[^]*999999999998/);

    const undone = await workspace.run(`undo ${swept} --apply --all --reason test`);
    expect(undone.code).toBe(0);
    const [undoId = ''] = await listRunIds(workspace.ledger);
    expect(await page(undoId)).toContain(`keysweep undo ${undoId}: ok`);
  });

  it('write findings of plans and sweeps for security teams, in two formats with the same IDs', async () => {
    const file = join(workspace.folder, 'findings.json');
    const ofUndo = await workspace.run('report last-undo --format ocsf');
    expect(ofUndo).toMatchObject({ code: 2, stdout: '' });
    expect(ofUndo.stderr).toContain('(undo) has no findings. Name a plan or a sweep, such as last-sweep.');

    // The undo holds the keys.
    await workspace.run('plan');
    const ended = await workspace.run(`report --format ocsf --output ${file}`);
    expect(ended).toEqual({ code: 0, stdout: '', stderr: `Wrote ${file}\n` });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const ocsf = JSON.parse(await readFile(file, 'utf8')) as { finding_info: { uid: string } }[];
    const { code, stdout, stderr } = await workspace.run('report --format asff');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const asff = JSON.parse(stdout) as { Id: string }[];
    expect(asff).toMatchObject([
      { AwsAccountId: '999999999999', Id: expect.stringMatching(/^keysweep\/100000000001\/AKIA/) as string },
      { AwsAccountId: '999999999999', Id: expect.stringMatching(/^keysweep\/100000000002\/AKIA/) as string },
    ]);
    expect(asff.map(({ Id }) => Id)).toEqual(ocsf.map(({ finding_info: { uid } }) => uid));
  });

  it('do not change a run whose page cannot be stored', async () => {
    const ledger = join(workspace.folder, 'no-pages');
    await workspace.run('sweep --apply --yes', { KEYSWEEP_LEDGER: ledger });
    // Only the history chart reads so far back: this summary is a folder.
    await mkdir(join(ledger, 'runs', '20010101T000000Z-000000', 'summary.json'), { recursive: true });
    const { code, stdout, stderr } = await workspace.run('plan --account 100000000001', {
      KEYSWEEP_LEDGER: ledger,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('OK: ');
    expect(stderr).toMatch(
      /^The report page of run \S+ was not stored: EISDIR.*Run keysweep report \S+ --html FILE\.\n$/,
    );
  });
});
