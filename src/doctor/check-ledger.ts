import { isPublicAccessBlocked, isVersioned } from './deployed/bucket.ts';
import { failureOf } from '../aws/calling.ts';
import { deploymentNames, isDeployable } from '../deployment/names.ts';
import { parseLocation } from '../ledger/location.ts';
import { RUNS } from '../ledger/run-keys.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, warning, type Finding, type Subject } from './finding.ts';

/** Whether the ledger can be read, and in a bucket whether it is kept as it was deployed. */
export async function checkLedger(
  context: DoctorContext,
): Promise<{ readonly findings: readonly Finding[]; readonly isReadable: boolean }> {
  const { store, config } = context;
  const place = { subject: `ledger ${store.location}` };
  try {
    await store.listFolders(RUNS);
  } catch (error) {
    return { findings: [unreachable(error, place)], isReadable: false };
  }
  const location = parseLocation(store.location);
  const deployedBucket = isDeployable(config) ? deploymentNames(config.deployment).ledgerBucket : undefined;
  const findings = [ok('ledger', place, 'can be read')];
  if (location.kind === 's3' && location.bucket === deployedBucket)
    findings.push(...(await protection(location.bucket, place, context)));
  return { findings, isReadable: true };
}

function unreachable(error: unknown, place: Subject): Finding {
  if (failureOf('s3:ListObjectsV2', error).code !== 'NoSuchBucket')
    return inconclusive('ledger', place, 'what the ledger holds', error);
  return problem('ledger', place, {
    summary: 'is not there',
    impact: 'A sweep that cannot write down what it does, does nothing.',
    fix: 'npm run deploy (docs/deployment.md), or name another: --ledger, KEYSWEEP_LEDGER.',
  });
}

async function protection(
  bucket: string,
  place: Subject,
  { clients: { s3 }, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  const questions = [
    {
      holds: () => isVersioned(s3, bucket, reading),
      question: 'whether the bucket keeps versions',
      complaint: {
        summary: 'keeps no versions of what is written over or removed',
        impact: 'Whoever may write there can change what a run has recorded, and nobody sees it.',
        fix: 'npm run deploy puts it back; find out who changed it.',
      },
    },
    {
      holds: () => isPublicAccessBlocked(s3, bucket, reading),
      question: 'whether the bucket is closed to the public',
      complaint: {
        summary: 'does not block all public access',
        impact: 'One wrong bucket policy would show the world who has which keys.',
        fix: 'npm run deploy puts it back; find out who changed it.',
      },
    },
  ];
  const found: Finding[] = [];
  for (const { holds, question, complaint } of questions) {
    try {
      if (!(await holds())) found.push(warning('ledger', place, complaint));
    } catch (error) {
      found.push(inconclusive('ledger', place, question, error));
    }
  }
  return found;
}
