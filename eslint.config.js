import js from '@eslint/js'
import ts from 'typescript-eslint'

const timeAndChance = [
  { name: 'setTimeout', message: 'time goes through Clock (engine/base/clock.ts)' },
  { name: 'setInterval', message: 'time goes through Clock (engine/base/clock.ts)' },
]
const timeAndChanceMembers = [
  { object: 'Date', property: 'now', message: 'time goes through Clock (engine/base/clock.ts)' },
  { object: 'performance', property: 'now', message: 'time goes through Clock (engine/base/clock.ts)' },
  { object: 'Math', property: 'random', message: 'chance goes through the seed (engine/base/random.ts)' },
  { object: 'AbortSignal', property: 'timeout', message: 'time goes through Clock (engine/base/clock.ts)' },
]

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '**/*.generated.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-globals': ['error', ...timeAndChance],
      'no-restricted-properties': [
        'error',
        ...timeAndChanceMembers,
        { object: 'process', property: 'env', message: 'only bin/ and engine/main.ts read the environment' },
        { object: 'process', property: 'exit', message: 'only bin/ ends the process' },
      ],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['**/*.test.ts', 'engine/testing/**', 'engine/**/testing/**', 'engine/e2e/**', 'bench/**'],
    rules: {
      'max-lines': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'tests are seeded' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: [
      'engine/base/clock.ts',
      'engine/main.ts',
      // What they make and try is the globals themselves.
      'engine/embedded/virtual/globals.ts',
      'engine/embedded/virtual/drive.test.ts',
    ],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
)
