import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ApiError } from '../../wire/api-error.ts';
import type { CallParameters } from '../../wire/request.ts';

/** crc32c and crc64nvme are stored without a check. */
const ALGORITHMS: Readonly<Record<string, (body: Buffer) => string>> = {
  'x-amz-checksum-crc32': (body) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(body));
    return value.toString('base64');
  },
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/**
 * The checksum and metadata headers to keep with an object.
 * @throws ApiError BadDigest if a checksum does not match the body
 */
export function checkedHeaders(parameters: CallParameters, body: Buffer): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'string' || !/^x-amz-(meta-|checksum-(crc|sha))/.test(name)) continue;
    const actual = ALGORITHMS[name]?.(body);
    if (actual !== undefined && actual !== value) throw badDigest(name);
    kept[name] = value;
  }
  return kept;
}

function badDigest(header: string): ApiError {
  const algorithm = header.replace('x-amz-checksum-', '').toUpperCase();
  return new ApiError(
    'BadDigest',
    400,
    `The ${algorithm} you specified did not match the calculated checksum.`,
  );
}
