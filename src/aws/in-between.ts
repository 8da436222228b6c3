import type { HttpResponse } from '@smithy/core/protocols';

type Response = Pick<HttpResponse, 'statusCode' | 'headers'>;

/**
 * The error for a response that AWS did not send. It is retried like one of AWS with that status.
 * @param reason how it is known, if not by the status
 */
export function inBetween(response: Response, host: string, text: string, reason?: string): Error {
  const { statusCode } = response;
  const why = reason === undefined ? '' : ` (${reason})`;
  return Object.assign(new Error(`${inBetweenWords(response, text, host)}${why}`), {
    name: statusCode < 300 ? 'NotFromAws' : `HTTP ${statusCode}`,
    $metadata: { httpStatusCode: statusCode },
    $response: response,
  });
}

/** `something between you and AWS answered for sts.amazonaws.com: HTTP 502, text/html, "Bad gateway"` */
export function inBetweenWords({ statusCode, headers }: Response, text: string, host?: string): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const words = /^text\/(html|plain)/i.test(type) && !OF_AWS.test(text) ? firstWords(text) : '';
  const parts = [`HTTP ${statusCode}`, type || 'no content type', words && `"${words}"`, !text && 'no text'];
  const what = `something between you and AWS answered${host ? ` for ${host}` : ''}`;
  return `${what}: ${parts.filter(Boolean).join(', ')}`;
}

/** Such a text may be AWS's after all, with the credentials of a session. */
const OF_AWS = /<\w+Response\b|secret|token/i;

const LONGEST_PAGE = 10_000;
const LONGEST_WORDS = 80;

/** What a reader of the page would see first, printable and on one line. */
function firstWords(page: string): string {
  const words = page
    .slice(0, LONGEST_PAGE)
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>?|&\w+;/g, ' ')
    .replace(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' ')
    .trim();
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words;
}
