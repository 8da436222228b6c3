import { ApiError } from '../../wire/api-error.ts';
import { type HttpRequest, oneHeader } from '../../wire/request.ts';

export interface DecodedBody {
  readonly body: Buffer;
  /** Headers after the body, such as its checksum. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Decodes `aws-chunked`. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
export function decodeChunks({ headers, body }: HttpRequest): DecodedBody {
  const streamed = oneHeader(headers['x-amz-content-sha256'])?.startsWith('STREAMING-') ?? false;
  if (!streamed && !(headers['content-encoding']?.includes('aws-chunked') ?? false))
    return { body, trailers: {} };
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = parseInt(body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw incompleteBody();
    at = lineEnd + 2;
    if (size === 0)
      return { body: Buffer.concat(chunks), trailers: parseTrailers(body.toString('latin1', at)) };
    if (at + size > body.length) throw incompleteBody();
    chunks.push(body.subarray(at, at + size));
    at += size + 2;
  }
}

function parseTrailers(text: string): Readonly<Record<string, string>> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incompleteBody(): ApiError {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header.';
  return new ApiError('IncompleteBody', 400, message);
}
