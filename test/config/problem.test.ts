import { expect, it } from 'vitest';
import { renderProblems, type Problem } from '../../src/config/problem.ts';
import { ConfigError } from '../../src/config/errors.ts';

const PROBLEM: Problem = {
  path: 'overrides[1].rules.mode',
  line: 12,
  column: 7,
  value: 'delet',
  expected: 'one of "deactivate", "delete"',
  nearest: 'delete',
};

const MISSING: Problem = { path: 'accounts.lock.json', value: undefined, message: 'does not exist' };

it('shows the position, what was found, what was expected and what was probably meant', () => {
  expect(
    renderProblems([PROBLEM, { path: '', value: undefined, expected: 'a file' }, MISSING], 'accounts.json'),
  ).toBe(
    [
      'accounts.json: 3 problems',
      '',
      '  overrides[1].rules.mode (line 12, column 7)',
      '    found     "delet"',
      '    expected  one of "deactivate", "delete"',
      '    did you mean "delete"?',
      '',
      '  the file',
      '    found     nothing',
      '    expected  a file',
      '',
      '  accounts.lock.json does not exist',
    ].join('\n'),
  );
});

it.each([
  ['7', '"7" (a string)'],
  ['111122223333', '"111122223333"'],
  ['-1.5', '"-1.5" (a string)'],
  ['true', '"true" (a string)'],
  ['', '""'],
  ['two\nlines\u001b[31m', String.raw`"two\nlines\u001b[31m"`],
  [7, '7'],
  [null, 'null'],
  [false, 'false'],
  [{ a: [1] }, '{"a":[1]}'],
  ['x'.repeat(100), `"${'x'.repeat(79)}…`],
])('shows the value %j', (value, shown) => {
  expect(renderProblems([{ path: 'a', value, expected: 'b' }], 'f')).toContain(`    found     ${shown}\n`);
});

it('is the message of a ConfigError', () => {
  const error = new ConfigError([PROBLEM], 'accounts.json');
  expect(error.message).toBe(renderProblems([PROBLEM], 'accounts.json'));
  expect(error).toMatchObject({ name: 'ConfigError', problems: [PROBLEM] });
  expect(error.message).toContain('accounts.json: 1 problem\n');
});

it('is one sentence if only the whole file is wrong', () => {
  expect(renderProblems([{ ...MISSING, path: '' }], 'accounts.json')).toBe('accounts.json does not exist');
});
