/** Lint for bugs and for the layers of the design, not for taste (prettier has that). */
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import { layers } from './scripts/checks/lint-layers.mjs';

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '.headset',
      '**/.svelte-kit',
      'agent-ui/build',
      'coverage',
      'db/migrations',
      'test/fixtures',
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint.plugin, layers },
  },

  {
    files: ['**/*.ts', '**/*.svelte'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      'no-constant-binary-expression': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-control-regex': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...svelte.configs.base,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/no-dom-manipulating': 'error',
      'svelte/no-reactive-reassign': 'error',
      'svelte/no-object-in-text-mustaches': 'error',
      'svelte/infinite-reactive-loop': 'error',
      'svelte/valid-compile': ['error', { ignoreWarnings: false }],
    },
  },

  // The layers: where each of Headset's own rules applies.
  { rules: { 'layers/names-say-what': 'error' } },
  { files: ['server/**', 'db/**', 'agent-ui/**'], ignores: TESTS, rules: { 'layers/asterisk-words': 'error' } },
  {
    files: ['ami-bridge/**', 'server/**', 'agent-ui/**', 'scripts/**'],
    ignores: TESTS,
    rules: { 'layers/sql-in-db': 'error' },
  },
  {
    files: ['server/src/**'],
    ignores: [...TESTS, 'server/src/publish.ts'],
    rules: { 'layers/emit-in-one-place': 'error' },
  },
  {
    files: [
      'ami-bridge/src/tracker/**',
      'ami-bridge/src/ivr/step.ts',
      'server/src/**/evolve.ts',
      'server/src/**/agent-state.ts',
      'server/src/**/rights.ts',
      'agent-ui/src/lib/desk/view.ts',
    ],
    ignores: TESTS,
    rules: { 'layers/pure': 'error' },
  },
  { files: ['ami-bridge/**', 'db/**'], ignores: TESTS, rules: { 'layers/imports-nothing-of-ours': 'error' } },
  { files: ['server/**'], ignores: TESTS, rules: { 'layers/server-imports': 'error' } },
  { files: ['server/src/contract/**'], ignores: TESTS, rules: { 'layers/contract-imports': 'error' } },
  { files: ['agent-ui/src/**'], ignores: TESTS, rules: { 'layers/screen-imports': 'error' } },
  { files: TESTS, ignores: ['test/until.ts'], rules: { 'layers/no-sleep': 'error' } },
);
