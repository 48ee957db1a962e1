import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/** Rooms within compute; whoever may import compute may import them. */
const computeRooms = ['network', 'onnx', 'tensorflow'];

/** Who may import whom (docs/architecture.md). Every room may import itself; whoever is not listed, nothing. */
const layers = {
  shared: [],
  dataset: ['shared'],
  model: ['shared'],
  compute: ['shared', 'model'],
  network: ['shared', 'model', 'compute'],
  onnx: ['shared', 'model', 'compute', 'network'],
  // Of the other backend only how a network is exported.
  tensorflow: ['shared', 'model', 'compute', 'network', 'onnx'],
  training: ['shared', 'compute', 'dataset', 'model'],
  scoring: ['shared', 'compute', 'dataset'],
  runs: ['shared'],
  quarantine: ['shared', 'dataset', 'runs'],
  engine: ['shared', 'dataset', 'model', 'compute', 'training', 'scoring', 'runs', 'quarantine'],
  extension: ['shared'],
  cli: ['shared', 'engine', 'dataset', 'model', 'compute', 'training', 'scoring', 'runs'],
  webview: ['shared'],
};

const engineRooms = ['dataset', 'model', 'compute', 'training', 'scoring', 'runs', 'quarantine'];

/**
 * Compute's own rooms name those that they may import one by one.
 * @param {string} room @param {readonly string[]} imports @returns {readonly string[]}
 */
function inside(room, imports) {
  return room === 'compute' || (imports.includes('compute') && !computeRooms.includes(room)) ? computeRooms : [];
}

/** The most specific folder comes first. */
const elements = [
  ...computeRooms.map((room) => ({ type: room, pattern: `src/engine/compute/${room}`, partialMatch: false })),
  ...engineRooms.map((room) => ({ type: room, pattern: `src/engine/${room}`, partialMatch: false })),
  ...['shared', 'engine', 'extension', 'cli'].map((room) => ({
    type: room,
    pattern: `src/${room}`,
    partialMatch: false,
  })),
  { type: 'webview', pattern: 'webview', partialMatch: false },
];

const nodeAndEditor = {
  patterns: [
    {
      regex: '^(node:.*|vscode|fs|path|os|child_process|worker_threads)$',
      message: 'This room runs in a browser as well.',
    },
  ],
};

const translated = "CallExpression[callee.object.name='l10n'][callee.property.name='t']";
const wordsPutIntoTexts = [
  `${translated} > Literal:not(:first-child)[value=/[a-z]{2}/i]`,
  `${translated} > ConditionalExpression > Literal[value=/[a-z]{2}/i]`,
  `${translated} > TemplateLiteral:not(:first-child) > TemplateElement[value.raw=/[a-z]{2}/i]`,
];

export default tseslint.config(
  { ignores: ['dist/**', '.cache/**', '.vscode-test/**', 'artifacts/**', '**/node_modules/**', 'test/fixtures/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // `no-explicit-any` and `no-non-null-assertion` are in the strict set.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignoreConditionalTests: true }],
      // `void | Promise<void>` says it best.
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'import/resolver': { node: { extensions: ['.ts', '.js', '.json'] } },
    },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          message: 'docs/architecture.md: {{from.element.type}} may not import {{to.element.type}}',
          policies: [
            ...Object.entries(layers).map(([room, imports]) => ({
              from: { element: { type: room } },
              allow: { to: { element: { types: { anyOf: [room, ...imports, ...inside(room, imports)] } } } },
            })),
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
          ],
        },
      ],
    },
  },
  {
    files: ['src/shared/**/*.ts', 'webview/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', nodeAndEditor] },
  },
  {
    files: ['src/shared/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', 'window', 'document', 'navigator', 'process', 'Buffer', 'require'] },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='vscode'][property.name='l10n']",
          message: 'The editor knows nothing of the language that is set: use @vscode/l10n.',
        },
        ...wordsPutIntoTexts.map((selector) => ({
          selector,
          message: 'Words put into a text are not translated with it: make each whole sentence a text of its own.',
        })),
      ],
    },
  },
  {
    files: ['src/engine/**/*.ts', 'src/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'The engine runs without an editor.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'performance',
          'setTimeout',
          'clearTimeout',
          'fetch',
          'AbortController',
          'AbortSignal',
          'URL',
          'Buffer',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
