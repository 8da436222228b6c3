import { describe, expect, it } from 'vitest';

import { completeList, type Page } from '../../src/aws/complete-list.ts';

interface Answer extends Page {
  readonly items: readonly number[];
}

async function* answers(...pages: readonly (Answer | Error)[]): AsyncGenerator<Answer> {
  for (const page of pages) {
    await Promise.resolve();
    if (page instanceof Error) throw page;
    yield page;
  }
}

const page = (items: readonly number[], token?: string, truncated?: boolean): Answer => ({
  items,
  token,
  truncated,
});

/** What was given out before the end, and the end. */
async function read(...pages: readonly (Answer | Error)[]): Promise<{ items: number[]; end: unknown }> {
  const items: number[] = [];
  try {
    for await (const answer of completeList('iam:GetGroup', answers(...pages), (answer) => answer))
      items.push(...answer.items);
    return { items, end: 'whole' };
  } catch (error) {
    return { items, end: error };
  }
}

describe('a whole list', () => {
  it.each([
    ['one page', [page([1, 2])], [1, 2]],
    ['IAM, not truncated', [page([1], undefined, false)], [1]],
    ['several pages', [page([1], 'a', true), page([2], 'b', true), page([3], undefined, false)], [1, 2, 3]],
    ['an empty page with a token', [page([], 'a'), page([], 'b'), page([1])], [1]],
    ['an empty token, as the tagging API ends', [page([1], 'a'), page([2], '')], [1, 2]],
    ['nothing at all', [page([])], []],
  ])('is read to its end: %s', async (_, pages, items) => {
    expect(await read(...pages)).toEqual({ items, end: 'whole' });
  });

  it.each([
    ['no marker', page([2], undefined, true)],
    ['an empty marker', page([2], '', true)],
  ])('is refused when more is announced with %s', async (_, last) => {
    const { items, end } = await read(page([1], 'a', true), last);
    expect(items).toEqual([1]);
    expect(end).toMatchObject({
      failure: { kind: 'failed', call: 'iam:GetGroup', code: 'TruncatedWithoutMarker' },
    });
  });

  it.each([
    ['at once', [page([1], 'a'), page([1], 'a')]],
    ['after others', [page([1], 'a'), page([2], 'b'), page([3], 'c'), page([2], 'a'), page([3])]],
  ])('is refused when a token repeats %s', async (_, pages) => {
    expect((await read(...pages)).end).toMatchObject({ failure: { code: 'RepeatedToken' } });
  });

  it('is refused at the hundredth empty page in a row: tokens may be new for ever', async () => {
    const empty = Array.from({ length: 100 }, (_, index) => page([], `token-${index}`));
    expect(await read(...empty.slice(1), page([1]))).toEqual({ items: [1], end: 'whole' });
    expect((await read(...empty, page([1]))).end).toMatchObject({ failure: { code: 'NothingNew' } });
  });

  it('is refused at the hundredth page in a row that is as the one before', async () => {
    const same = Array.from({ length: 101 }, (_, index) => page([1], `token-${index}`));
    expect((await read(...same.slice(1), page([2]))).end).toBe('whole');
    const emptyBetween = same.flatMap((one, index) => [one, page([], `empty-${index}`)]);
    expect((await read(...emptyBetween, page([2]))).end).toMatchObject({ failure: { code: 'NothingNew' } });
    expect((await read(...same, page([2]))).end).toMatchObject({ failure: { code: 'NothingNew' } });
  });

  it('may have empty pages in every place, as long as others are between them', async () => {
    const pages = Array.from({ length: 250 }, (_, index) =>
      page(index % 50 === 0 ? [index] : [], `token-${index}`),
    );
    expect(await read(...pages, page([]))).toEqual({ items: [0, 50, 100, 150, 200], end: 'whole' });
  });

  it('is refused when a page in its middle fails', async () => {
    const { items, end } = await read(
      page([1], 'a'),
      Object.assign(new Error('slow'), { name: 'Throttling' }),
    );
    expect(items).toEqual([1]);
    expect(end).toMatchObject({ failure: { kind: 'throttled', call: 'iam:GetGroup', code: 'Throttling' } });
  });
});
