import tseslint from 'typescript-eslint';

const time = "Inject Clock instead: tests advance it. Rules take 'now' as an argument.";
const collaborators = 'Five collaborators are the most; the sixth is a second class.';

export default tseslint.config(
  { ignores: ['dist/**', '.build-*/**', 'coverage/**', 'node_modules/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended],
    // Injection needs the classes at run time: their imports are no mere types.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-irregular-whitespace': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.spec.ts'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'max-depth': ['error', 2],
      complexity: ['error', 8],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'typeLike',
          format: ['PascalCase'],
          custom: { regex: '^(?:I|Base)[A-Z]|(?:Manager|Helper|Utils?)$', match: false },
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: time },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: time },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Use node:crypto, or let the caller pass chance in.',
        },
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Settings are read in config/ alone; take Config.',
        },
        {
          selector: "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>5]",
          message: collaborators,
        },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file itself.' },
      ],
    },
  },
  {
    files: ['web/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommended],
    rules: {
      'max-lines': ['error', { max: 250 }],
      // A component is mostly markup.
      'max-lines-per-function': ['error', { max: 60 }],
      'max-depth': ['error', 2],
      complexity: ['error', 10],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file itself.' },
        {
          selector:
            "JSXAttribute[name.name='dangerouslySetInnerHTML'], MemberExpression[property.name=/^(?:inner|outer)HTML$/]",
          message: 'Whatever people typed stays text.',
        },
      ],
    },
  },
  {
    // All sentences of a language stand in one file.
    files: ['web/texts/*.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: [
      'src/main.ts',
      'src/migrate.ts',
      'src/import-keys.ts',
      'src/audit-verify.ts',
      'src/upgrade-check.ts',
      'src/keys.ts',
      'src/platform/clock.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // One statement of SQL each, and their order: longer than code may be.
    files: ['src/database/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
);
