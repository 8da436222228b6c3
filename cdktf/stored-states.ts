import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { calling } from '../src/aws/calling.ts';
import { openHttpHandler, TIMEOUTS } from '../src/aws/http-handler.ts';
import { UsageError } from '../src/commands/errors.ts';
import type { Deployment } from '../src/config/deployment-schema.ts';
import { localStateFile, stateKey } from './state.ts';
import { parseState, type TerraformState } from './terraform-state.ts';

/** By the name of the stack. */
export type States = ReadonlyMap<string, TerraformState>;

const READS = 8;

/** The states beside accounts.json. @throws UsageError when one cannot be parsed */
export async function readLocalStates(root: string): Promise<States> {
  const stacks = namesIn(await readdir(root), localStateFile('*'));
  return statesOf(stacks, (stack) => readFile(join(root, localStateFile(stack)), 'utf8'), localStateFile);
}

/** The states in the bucket of `deployment.state`. @throws CallFailedError, UsageError */
export async function readS3States(state: NonNullable<Deployment['state']>): Promise<States> {
  const requestHandler = openHttpHandler(TIMEOUTS, READS);
  const s3 = new S3Client({ region: state.region, requestHandler });
  try {
    const pattern = stateKey(state, '*');
    const Prefix = pattern.slice(0, pattern.indexOf('*'));
    const stacks = namesIn(await listKeys(s3, state.bucket, Prefix), pattern);
    const read = (stack: string) => readObject(s3, state.bucket, stateKey(state, stack));
    const place = (stack: string) => `s3://${state.bucket}/${stateKey(state, stack)}`;
    return await statesOf(stacks, read, place);
  } finally {
    requestHandler.destroy();
  }
}

async function listKeys(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket, Prefix, Delimiter: '/' });
  const read = async () => {
    for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  };
  await calling('s3:ListBucket', read());
  return keys;
}

async function readObject(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const read = async () => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  return (await calling('s3:GetObject', read())) ?? '';
}

/** The place may have states of other programs. */
const STACK = /^[a-z][a-z0-9-]*-(ledger|rotator|member-roles(-\d{3,})?)$/;

/** @param pattern in which `*` is the name of a stack */
function namesIn(files: readonly string[], pattern: string): string[] {
  const [before = '', after = ''] = pattern.split('*');
  return files
    .filter((file) => file.startsWith(before) && file.endsWith(after))
    .map((file) => file.slice(before.length, file.length - after.length))
    .filter((name) => STACK.test(name));
}

async function statesOf(
  stacks: readonly string[],
  read: (stack: string) => Promise<string>,
  place: (stack: string) => string,
): Promise<States> {
  const states = await pLimit(READS).map(stacks, async (stack) => {
    const state = parseState(await read(stack));
    if (state === undefined) throw new UsageError(`${place(stack)} is not a Terraform state of version 4.`);
    return [stack, state] as const;
  });
  return new Map(states);
}
