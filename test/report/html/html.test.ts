import { describe, expect, it } from 'vitest';

import { markup, trusted, type Value } from '../../../src/report/html/html.ts';

describe('markup', () => {
  it.each<[Value, string]>([
    ['<b onclick="x">&\'', '&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;'],
    [42, '42'],
    [0, '0'],
    [undefined, ''],
    [false, ''],
    ['two\nlines\u0007', 'two lines '],
    [['<', ['>', 1]], '&lt;&gt;1'],
    [markup`<i>${'<'}</i>`, '<i>&lt;</i>'],
    [trusted('a > b'), 'a > b'],
  ])('escapes %j', (value, expected) => {
    expect(markup`<p title="${value}">`.text).toBe(`<p title="${expected}">`);
  });
});
