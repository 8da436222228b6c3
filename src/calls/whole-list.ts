import { calling, nonsense } from './failure.ts';

/** What a paginated call says about what follows. */
export interface Page {
  /** Token of the next page, by whatever name the API has for it. */
  readonly token: string | undefined;
  /** IAM's `IsTruncated`; other APIs have none. */
  readonly truncated?: boolean | undefined;
}

/**
 * Walks the pages of one of the SDK's paginators and refuses a list that may not be whole. The paginator alone would end
 * quietly when more is announced without a token, and for ever go round on a token that repeats.
 * @param call its name as IAM policies spell it
 * @param next what an answer says about what follows
 * @throws CallFailedError when a page fails, announces more without saying where, or repeats an earlier token
 */
export async function* wholeList<Answer>(
  call: string,
  pages: AsyncIterable<Answer>,
  next: (answer: Answer) => Page,
): AsyncGenerator<Answer> {
  const seen = new Set<string>();
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const turn = await calling(call, iterator.next());
    if (turn.done === true) return;
    const { token, truncated } = next(turn.value);
    if (truncated === true && !token)
      throw nonsense(call, 'TruncatedWithoutMarker', 'a page says that more follows, and not where');
    if (token && seen.has(token)) throw nonsense(call, 'RepeatedToken', 'two pages name the same next page');
    if (token) seen.add(token);
    yield turn.value;
  }
}
