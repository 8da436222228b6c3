import { isPublicAccessBlocked, isVersioned } from './deployed/bucket.ts';
import { failureOf } from '../aws/calling.ts';
import { deploymentNames, isDeployable } from '../deployment/names.ts';
import { parseLocation } from '../ledger/location.ts';
import { RUNS } from '../ledger/run-keys.ts';
import { listRunIds } from '../ledger/runs.ts';
import { expiredBefore, verifyLedger } from '../ledger/verify.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { DEPLOY, ok, problem, REDEPLOY, warning, type Finding, type Subject } from './finding.ts';

export async function checkLedger(
  context: DoctorContext,
): Promise<{ readonly findings: readonly Finding[]; readonly isReadable: boolean }> {
  const { store, config } = context;
  const subject = { subject: `ledger ${store.location}` };
  try {
    await store.listFolders(RUNS);
  } catch (error) {
    return { findings: [unreachable(error, subject)], isReadable: false };
  }
  const location = parseLocation(store.location);
  const deployedBucket = isDeployable(config) ? deploymentNames(config.deployment).ledgerBucket : undefined;
  const findings = [ok('ledger', subject, 'readable'), ...(await checkContents(subject, context))];
  if (location.kind === 's3' && location.bucket === deployedBucket)
    findings.push(...(await checkProtection(location.bucket, subject, context)));
  return { findings, isReadable: true };
}

/** Of older runs, `keysweep verify --all`. */
const RUNS_VERIFIED = 5;

async function checkContents(subject: Subject, { store, config, now }: DoctorContext): Promise<Finding[]> {
  try {
    const runIds = (await listRunIds(store)).slice(0, RUNS_VERIFIED);
    const { problems } = await verifyLedger(store, { runIds, expiredBefore: expiredBefore(config, now()) });
    if (problems.length === 0) return [];
    const diagnosis = {
      summary: 'The ledger is not what keysweep stored',
      impact: 'What was changed decides nothing, but a run that reads it is not ok.',
      fix: 'Run keysweep verify --all, and see docs/commands.md#verify.',
      detail: problems.map(({ object, detail }) => `${object} ${detail}`).join('; '),
    };
    return [problem('ledger', subject, diagnosis)];
  } catch (error) {
    return [inconclusive('ledger', subject, 'whether the ledger is what keysweep stored', error)];
  }
}

function unreachable(error: unknown, subject: Subject): Finding {
  if (failureOf('s3:ListObjectsV2', error).code !== 'NoSuchBucket')
    return inconclusive('ledger', subject, 'whether the ledger is readable', error);
  return problem('ledger', subject, {
    summary: 'The ledger bucket does not exist',
    impact: 'A sweep that cannot record its actions revokes nothing.',
    fix: `${DEPLOY} Or choose another ledger: --ledger, KEYSWEEP_LEDGER.`,
  });
}

async function checkProtection(
  bucket: string,
  subject: Subject,
  { clients: { s3 }, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  const warn = async (isProtected: Promise<boolean>, question: string, summary: string, impact: string) => {
    try {
      return (await isProtected) ? [] : [warning('ledger', subject, { summary, impact, fix: REDEPLOY })];
    } catch (error) {
      return [inconclusive('ledger', subject, question, error)];
    }
  };
  return [
    ...(await warn(
      isVersioned(s3, bucket, reading),
      'whether the bucket keeps old versions',
      'The bucket does not keep old versions of its objects',
      'Anyone with write access can change the record of a run unnoticed.',
    )),
    ...(await warn(
      isPublicAccessBlocked(s3, bucket, reading),
      'whether the bucket blocks public access',
      'The bucket does not block all public access',
      'One wrong bucket policy would publish who has which keys.',
    )),
  ];
}
