import { calling, invalidResponse } from './calling.ts';

/** What a paginated call says about what follows. */
export interface Page {
  /** Token of the next page, by whatever name the API has for it. */
  readonly token: string | undefined;
  /** IAM's `IsTruncated`; other APIs have none. */
  readonly truncated?: boolean | undefined;
}

/**
 * AWS may answer with an empty page although more follows, so one says nothing. Nobody documents how many there may be in a
 * row; this many are ten seconds of Organizations' whole rate, and without an end to them tokens that are new each time would
 * keep a run until its deadline.
 */
const EMPTY_PAGES_IN_A_ROW = 100;

/**
 * Walks the pages of one of the SDK's paginators and refuses a list that may not be whole. The paginator alone would end
 * quietly when more is announced without a token, and for ever go round on a token that repeats, or from one
 * empty page to the next.
 * @param call its name as IAM policies spell it
 * @param next what an answer says about what follows
 * @throws CallFailedError when a page fails, announces more without saying where, repeats an earlier token, or is the
 *   hundredth empty one in a row that announces more
 */
export async function* completeList<Answer extends object>(
  call: string,
  pages: AsyncIterable<Answer>,
  next: (answer: Answer) => Page,
): AsyncGenerator<Answer> {
  const seen = new Set<string>();
  let empty = 0;
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const turn = await calling(call, iterator.next());
    if (turn.done === true) return;
    const { token, truncated } = next(turn.value);
    if (truncated === true && !token)
      throw invalidResponse(call, 'TruncatedWithoutMarker', 'a page says that more follows, and not where');
    if (token && seen.has(token))
      throw invalidResponse(call, 'RepeatedToken', 'two pages name the same next page');
    if (token) seen.add(token);
    empty = isEmpty(turn.value) ? empty + 1 : 0;
    if (token && empty === EMPTY_PAGES_IN_A_ROW)
      throw invalidResponse(
        call,
        'EmptyPages',
        `${empty} empty pages in a row, and each says that more follows`,
      );
    yield turn.value;
  }
}

/** Whether no list of the answer, by whatever name the API has for it, holds anything. */
function isEmpty(answer: object): boolean {
  return !Object.values(answer).some((value) => Array.isArray(value) && value.length > 0);
}
