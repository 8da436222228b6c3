import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { CA_FILE } from '../src/deployment/proxy-variables.ts';

/** Lambda finds the handler `lambda.handler` in it; `.mjs` makes it an ES module. */
export const BUNDLE_FILE = 'lambda.mjs';

export interface LambdaZip {
  readonly file: string;
  /** Base64, as Terraform compares it. */
  readonly sha256: string;
}

/**
 * @param folder must exist
 * @param bundle the Lambda's program
 */
export async function writeZip(
  folder: string,
  accountsJson: string,
  bundle: Uint8Array,
  ca?: string,
): Promise<LambdaZip> {
  const bytes = zipLambda(accountsJson, bundle, ca);
  const file = join(folder, 'keysweep.zip');
  await writeFile(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('base64') };
}

/**
 * The Lambda's zip, reproducible: the same source and accounts.json give the same bytes on every machine, so
 * an unchanged rotator is not deployed again.
 * @param accountsJson the text of the accounts.json that the rotator reads
 * @param ca the text of deployment.proxy.caFile
 */
export function zipLambda(accountsJson: string, bundle: Uint8Array, ca?: string): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  return zipFiles({
    'accounts.json': encode(accountsJson),
    ...(ca !== undefined && { [CA_FILE]: encode(ca) }),
    [BUNDLE_FILE]: bundle,
  });
}

/**
 * With fflate instead of node:zlib: written in JavaScript, it gives the same bytes on every Node and
 * processor.
 */
function zipFiles(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name];
    // Zip dates start in 1980, in local time.
    if (content !== undefined)
      entries[name] = [content, { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries, { level: 9 });
}
