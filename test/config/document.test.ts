import { describe, expect, it } from 'vitest';
import { pathText, parseDocument, type Document } from '../../src/config/document.ts';

function read(text: string): Document {
  const document = parseDocument(text);
  if ('syntax' in document) throw new Error(JSON.stringify(document.syntax));
  return document;
}

function syntaxOf(text: string) {
  const document = parseDocument(text);
  return 'syntax' in document ? document.syntax : [];
}

describe('parseDocument', () => {
  it.each([
    ['comments', '{ // why\n "a": /* here */ 1 }'],
    ['a trailing comma', '{ "a": 1, }'],
    ['a byte order mark', '\uFEFF{ "a": 1 }'],
    ['Windows line ends', '{\r\n "a": 1\r\n}'],
  ])('tolerates %s', (_what, text) => {
    expect(read(text).value).toEqual({ a: 1 });
  });

  it.each([
    [
      'a missing comma',
      '{\n "a": 1\n "b": 2\n}',
      { line: 3, column: 2, value: '"b"', expected: 'valid JSON: a comma' },
    ],
    ['a missing colon', '{"a" 1}', { line: 1, column: 6, value: '1', expected: 'valid JSON: a colon' }],
    [
      'an open end',
      '{\n"a": 1',
      { line: 2, column: 7, value: undefined, expected: 'valid JSON: a closing brace }' },
    ],
    [
      'text after the end',
      '{}\n}',
      { line: 2, column: 1, value: '}', expected: 'valid JSON: the end of the file' },
    ],
    [
      'a name without quotes',
      '{ a: 1 }',
      { line: 1, column: 3, value: 'a', expected: 'valid JSON: double quotes around names and text' },
    ],
  ])('locates %s, once per line', (_what, text, problem) => {
    expect(syntaxOf(text)).toEqual([{ path: '', ...problem }]);
  });

  it.each(['', '\n', '// only a comment'])('says that %j is empty', (text) => {
    expect(syntaxOf(text)).toEqual([{ path: '', value: undefined, message: 'is empty.' }]);
  });

  it('lists the syntax errors of every line', () => {
    expect(syntaxOf('{"a" 1,\n"b" 2}').map(({ line }) => line)).toEqual([1, 2]);
  });

  it('finds every repeated name at any depth, with the line of the first', () => {
    const text = '{\n"a": 1,\n"b": [{ "c": { "d": 1, "e": 2,\n"d": 3 } }],\n"a": 2, "a": 3 }';
    const already = (line: number) => `each name once in an object; line ${line} has it already`;
    expect(read(text).repeated).toEqual([
      { path: 'b[0].c.d', line: 4, column: 1, value: 'd', expected: already(3) },
      { path: 'a', line: 5, column: 1, value: 'a', expected: already(2) },
      { path: 'a', line: 5, column: 9, value: 'a', expected: already(2) },
    ]);
  });

  it('does not mix up equal names in different objects', () => {
    expect(read('[{ "a": 1 }, { "a": { "a": 1 } }]').repeated).toEqual([]);
  });

  const nested = '{\n  "list": [\n    "x",\n    { "deep": null }\n  ]\n}';
  it.each([
    [['list'], 2, 3],
    [['list', 0], 3, 5],
    [['list', 1, 'deep'], 4, 7],
    [['list', 1, 'missing', 'below'], 4, 5],
    [['absent'], 1, 1],
  ])('locates %j at its name, or at what contains it', (path, line, column) => {
    expect(read(nested).locate(path)).toEqual({ line, column });
  });

  it.each([
    [['list', 0], 'x'],
    [['list', 1, 'deep'], null],
    [['list', 1, 'deep', 'below'], undefined],
    [['absent', 'below'], undefined],
    [[], { list: ['x', { deep: null }] }],
  ])('gives the value at %j', (path, value) => {
    expect(read(nested).valueAt(path)).toEqual(value);
  });

  it('locates the last of two equal names, like its value', () => {
    const document = read('{\n"a": 1,\n"a": 2 }');
    expect([document.valueAt(['a']), document.locate(['a']).line]).toEqual([2, 3]);
  });
});

it.each([
  [[], ''],
  [['defaults', 'rules'], 'defaults.rules'],
  [['overrides', 1, 'rules', 'mode'], 'overrides[1].rules.mode'],
  [[0, 'a'], '[0].a'],
])('writes the path %j as %s', (path, text) => {
  expect(pathText(path)).toBe(text);
});
