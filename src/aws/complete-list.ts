import { calling, invalidResponse } from './calling.ts';

/** What a page says about the pages after it. */
export interface Page {
  readonly token: string | undefined;
  /** IAM's and S3's `IsTruncated`. */
  readonly truncated?: boolean | undefined;
}

/** How Organizations names the next page. */
export function byNextToken({ NextToken: token }: { NextToken?: string | undefined }): Page {
  return { token };
}

/** How IAM names the next page. */
export function byMarker(page: { Marker?: string | undefined; IsTruncated?: boolean | undefined }): Page {
  return { token: page.Marker, truncated: page.IsTruncated };
}

/**
 * AWS may return empty pages before the last one, and documents no limit. This many take ten seconds at the
 * rate limit of Organizations; without a limit, tokens that are new each time would keep a run busy until its
 * deadline, and the same page again and again would fill the memory.
 */
const PAGES_WITHOUT_NEWS = 100;

/**
 * Walks an SDK paginator and rejects a list that may be incomplete. The paginator alone ends silently on a
 * truncated page without a token, and loops for ever on a token that repeats.
 * @param call its name as IAM policies spell it
 * @throws CallFailedError when a page fails, is truncated without a token, repeats an earlier token, or is
 *   the hundredth in a row that is empty or as the one before, and not the last
 */
export async function* completeList<Answer extends object>(
  call: string,
  pages: AsyncIterable<Answer>,
  nextPage: (answer: Answer) => Page,
): AsyncGenerator<Answer> {
  const seen = new Set<string>();
  let last = NOTHING;
  let idle = 0;
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const turn = await calling(call, iterator.next());
    if (turn.done === true) return;
    const { token, truncated } = nextPage(turn.value);
    if (truncated === true && !token)
      throw invalidResponse(
        call,
        'TruncatedWithoutMarker',
        'a truncated page has no token for the next page',
      );
    if (token && seen.has(token))
      throw invalidResponse(call, 'RepeatedToken', 'two pages have the same token for the next page');
    if (token) {
      seen.add(token);
      const items = itemsOf(turn.value);
      idle = items === NOTHING || items === last ? idle + 1 : 0;
      if (items !== NOTHING) last = items;
      if (idle === PAGES_WITHOUT_NEWS)
        throw invalidResponse(call, 'NothingNew', `${idle} pages in a row say nothing new`);
    }
    yield turn.value;
  }
}

/** All that is in the lists of an answer, to compare. */
function itemsOf(answer: object): string {
  return JSON.stringify(Object.values(answer).filter((value) => Array.isArray(value) && value.length > 0));
}

const NOTHING = '[]';
