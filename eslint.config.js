import tseslint from 'typescript-eslint';

/** Rooms that decide: they get records and `now`, and know no clock, no environment and no AWS. */
const PURE_ROOMS = ['src/targets/**', 'src/rules/**', 'src/report/**'];

/** How comments begin that switch a tool off. */
const DIRECTIVES = [
  'stryker',
  'eslint',
  'prettier-ignore',
  '@ts-',
  'v8 ignore',
  'c8 ignore',
  'istanbul ignore',
];

/** Bars the machine's clock. */
const noClock = (message) => [
  'error',
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message },
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message },
];

export default tseslint.config(
  { ignores: ['dist', 'cdktf.out', 'node_modules', 'coverage', '.venv-test', '.keysweep'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      'max-len': ['error', { code: 110, ignoreUrls: true, ignorePattern: '^import .*@cdktf/provider-aws' }],
    },
  },
  {
    // Product code has no directives: they live in the configuration of the tool.
    files: ['src/**/*.ts', 'cdktf/**/*.ts', 'sandbox/**/*.ts'],
    linterOptions: { noInlineConfig: true },
    rules: { 'no-warning-comments': ['error', { terms: DIRECTIVES, location: 'anywhere' }] },
  },
  {
    files: PURE_ROOMS.map((room) => `${room}/*.ts`),
    rules: {
      'no-restricted-imports': ['error', { patterns: ['@aws-sdk/*', 'node:*', '@smithy/*'] }],
      'no-restricted-globals': ['error', 'process'],
      'no-restricted-syntax': noClock('Pass `now` in.'),
    },
  },
  {
    // A test that finds nothing where it looks fails by itself.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/clock.ts'],
    rules: {
      'no-restricted-syntax': noClock(
        'Take the time from test/support/clock.ts; performance.now() measures how long something takes.',
      ),
    },
  },
);
