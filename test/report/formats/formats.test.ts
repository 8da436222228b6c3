import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

import { securityFinding, type SecurityFinding } from '../../../src/report/asff.ts';
import { findingsIn, findingsOf, type Finding } from '../../../src/report/findings.ts';
import { complianceFinding } from '../../../src/report/ocsf.ts';
import { pythonEnvironment } from '../../emulators/python.ts';
import { buildRun, daysAgo, key, type AccountSetup } from '../../support/build-run.ts';
import { AT, RUN_ID } from '../../support/records.ts';

const HUB = { partition: 'aws', region: 'eu-central-1', accountId: '999999999999' } as const;
const ID = '100000000001';
const UNITS = new Map([[ID, 'Workloads / Prod']]);
const LONG = 'x'.repeat(3_000);

const exempt = key('AKIAEXEMPT', { action: 'keep', reason: 'exempt.users' });
const plan: AccountSetup['plan'] = {
  rules: { maxKeyAgeDays: 90, mode: 'deactivate', deleteAfterDays: 7 },
  decisions: [key('AKIADUE'), exempt],
  escaped: [{ accessKeyId: 'AKIAESCAPED', userName: 'ada', how: 'not-in-groups' }],
};

const before = await buildRun({
  accounts: [{ id: ID, name: 'payments', plan: { ...plan, decisions: [key('AKIAGONE'), exempt] } }],
});
const run = await buildRun({
  accounts: [{ id: ID, name: 'payments', plan }],
  summary: { finishedAt: '2026-11-27T22:59:00.000Z' },
});
/** One of each rule and state, then with the longest and the strangest names. */
const findings: readonly Finding[] = findingsOf(
  run,
  [...before.accounts.values()].flatMap((stored) => findingsIn(stored, before, UNITS)),
  UNITS,
);
const long = findings.map((finding) => ({
  ...finding,
  ...{ title: `😀${LONG}`, description: LONG, organizationalUnit: LONG, accountName: '"\\ü' },
}));

const ocsf = findings.map((finding) => complianceFinding(finding, run)) as readonly OcsfFinding[];
const asff = findings.map((finding) => securityFinding(finding, run, HUB));

interface OcsfFinding {
  readonly finding_info: { readonly uid: string };
  readonly [name: string]: unknown;
}

describe('findings of every rule and state', () => {
  it('are these', () => {
    expect(findings.map(({ rule, state, accessKeyId }) => [rule, state, accessKeyId])).toEqual([
      ['over-age', 'new', 'AKIADUE'],
      ['ungoverned', 'known', 'AKIAEXEMPT'],
      ['escaped', 'known', 'AKIAESCAPED'],
      ['over-age', 'resolved', 'AKIAGONE'],
    ]);
  });

  it('have the same ID in both formats', () => {
    const ids = findings.map(({ id }) => id);
    expect(ocsf.map(({ finding_info: { uid } }) => uid)).toEqual(ids);
    expect(asff.map(({ Id }) => Id)).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
  });

  it('are compliance findings of OCSF', () => {
    expect(ocsf[0]).toMatchObject({
      metadata: { version: '1.6.0', correlation_uid: RUN_ID },
      ...{ class_uid: 2003, type_uid: 200301, activity_name: 'Create', status: 'New' },
      ...{ severity: 'Medium', severity_id: 3, compliance: { control: 'over-age', status_id: 3 } },
      finding_info: { created_time: daysAgo(10).getTime() },
      cloud: {
        account: { uid: ID, name: 'payments' },
        org: { uid: 'o-a1b2c3d4e5', ou_name: 'Workloads / Prod' },
      },
      resources: [{ uid: 'AKIADUE', owner: { name: 'ada' }, created_time: daysAgo(100).getTime() }],
    });
    expect(ocsf.map(({ type_uid, status, severity_id }) => [type_uid, status, severity_id])).toEqual([
      [200301, 'New', 3],
      [200302, 'New', 2],
      [200302, 'New', 4],
      [200303, 'Resolved', 3],
    ]);
  });

  it('are findings of Security Hub, of the account and Region that import them', () => {
    expect(asff[0]).toMatchObject({
      ProductArn: 'arn:aws:securityhub:eu-central-1:999999999999:product/999999999999/default',
      ...{ AwsAccountId: '999999999999', GeneratorId: 'keysweep/over-age' },
      ...{ CreatedAt: daysAgo(10).toISOString(), UpdatedAt: '2026-11-27T22:59:00.000Z' },
      FindingProviderFields: { Severity: { Label: 'MEDIUM' } },
      ProductFields: {
        'keysweep/accountName': 'payments',
        'keysweep/organizationalUnit': 'Workloads / Prod',
      },
      Resources: [
        {
          ...{ Type: 'AwsIamAccessKey', Id: 'AWS::IAM::AccessKey:AKIADUE' },
          Details: {
            AwsIamAccessKey: {
              ...{ AccountId: ID, PrincipalName: 'ada', Status: 'Active' },
              CreatedAt: daysAgo(100).toISOString(),
            },
          },
        },
      ],
    });
    const state = ({ RecordState, Compliance }: SecurityFinding) => [RecordState, Compliance.Status];
    expect(asff.map(state)).toEqual([
      ...Array.from({ length: 3 }, () => ['ACTIVE', 'FAILED']),
      ['ARCHIVED', 'PASSED'],
    ]);
    // The key may be gone.
    expect(asff[3]?.Resources[0]?.Details.AwsIamAccessKey).not.toHaveProperty('Status');
  });

  it('of a run that was interrupted are of its start', async () => {
    const interrupted = await buildRun({ accounts: [{ id: ID, plan }], summary: null });
    const [first] = findingsOf(interrupted, [], UNITS);
    expect(first && securityFinding(first, interrupted, HUB).UpdatedAt).toBe(AT);
  });

  it('hold no half of a character where a text is cut', () => {
    const [first] = long;
    const cut = first && securityFinding({ ...first, title: `${'x'.repeat(254)}😀😀` }, run, HUB);
    expect(cut?.Title).toBe(`${'x'.repeat(254)}…`);
  });
});

const schemas = await pythonEnvironment('ocsf');

describe.skipIf(schemas === undefined)('the schema of OCSF', () => {
  it('is matched by them, and by no other', async () => {
    const script = join(import.meta.dirname, 'ocsf_schema.py');
    const { stdout } = await promisify(execFile)(
      schemas?.bin('python') ?? '',
      [script, '1.6.0', 'compliance_finding'],
      { maxBuffer: 10_000_000 },
    );
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(stdout) as object);
    const [first] = ocsf;
    const wrong: readonly object[] = [
      { ...first, severity_id: 7 },
      { ...first, cloud: {} },
      { ...first, a: 1 },
    ];
    for (const finding of wrong) expect(validate(finding)).toBe(false);
    for (const finding of [...ocsf, ...long.map((one) => complianceFinding(one, run))]) {
      validate(JSON.parse(JSON.stringify(finding)));
      expect(validate.errors ?? []).toEqual([]);
    }
  });
});

const emulators = await pythonEnvironment();

describe.skipIf(emulators === undefined)('the model of BatchImportFindings', () => {
  async function problemsOf(requested: readonly object[]): Promise<unknown> {
    const script = join(import.meta.dirname, 'asff_problems.py');
    const checker = spawn(emulators?.bin('python') ?? '', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    checker.stdin.end(JSON.stringify(requested));
    const [printed] = await Promise.all([text(checker.stdout), once(checker, 'close')]);
    return JSON.parse(printed) as unknown;
  }

  it('is matched by them, also with the longest names', async () => {
    const longest = long.map((finding) => securityFinding(finding, run, HUB));
    expect(await problemsOf([...asff, ...longest])).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a text that is too long', { Title: LONG }, 'Title is longer than 256'],
    ['a blank text', { GeneratorId: ' ' }, 'GeneratorId is blank'],
    ['a field that is missing', { Resources: undefined }, 'Missing required parameter'],
    ['another field', { Sweep: 'x' }, 'Unknown parameter'],
    ['another word', { RecordState: 'GONE' }, 'RecordState is GONE'],
  ])('is not matched by one with %s', async (_, change, problem) => {
    expect(await problemsOf([{ ...asff[0], ...change }])).toEqual([expect.stringContaining(problem)]);
  });
});
