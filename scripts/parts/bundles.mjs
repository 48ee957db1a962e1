/** The bundles: one table, built by esbuild. */
import { inRoot } from './paths.mjs';

/** Packages with native parts; they lie beside the bundle. */
export const nativePackages = ['onnxruntime-node', 'onnxruntime-common', 'sharp'];

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  legalComments: 'none',
  logLevel: 'warning',
  sourcemap: 'linked',
  sourcesContent: false,
  absWorkingDir: inRoot(),
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Names stay, so that the stack in a bug report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
};

/** @type {import('esbuild').BuildOptions} */
const browser = { ...shared, platform: 'browser', target: 'chrome132', minify: true };

/** What ships. @type {Record<string, import('esbuild').BuildOptions>} */
export const productBundles = {
  extension: {
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
  },
  /** Where there is no machine: says so. */
  'browser extension': {
    ...browser,
    entryPoints: ['src/extension/browser.ts'],
    outfile: 'dist/browser.js',
    format: 'cjs',
    external: ['vscode'],
  },
  engine: {
    ...node,
    entryPoints: ['src/engine/main.ts'],
    outfile: 'dist/engine.js',
    external: nativePackages,
  },
  /** A thread of the engine and of the command line, which look for it beside themselves. */
  'training images': {
    ...node,
    entryPoints: ['src/engine/training/images/worker.ts'],
    outfile: 'dist/training-images.js',
  },
  'map worker': {
    ...node,
    entryPoints: ['src/engine/views/embedding/layout-worker.ts'],
    outfile: 'dist/layout-worker.js',
  },
  'command line': {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    external: nativePackages,
    banner: { js: '#!/usr/bin/env node' },
  },
  webview: { ...browser, entryPoints: ['webview/main.ts'], outfile: 'dist/webview.js', format: 'esm' },
  'options page': { ...browser, entryPoints: ['webview/options/main.ts'], outfile: 'dist/options.js', format: 'esm' },
  'webview styles': { ...browser, entryPoints: ['webview/main.css'], outfile: 'dist/webview.css' },
};

/** What tests need: the suite for the extension host, and the tools that start an editor for it. */
export const testBundles = {
  'extension host suite': {
    ...node,
    entryPoints: ['test/vscode/suite/index.ts'],
    outfile: '.cache/test-vscode/suite/index.js',
    external: ['vscode', 'mocha', ...nativePackages],
  },
  'test editor': {
    ...node,
    format: /** @type {const} */ ('esm'),
    entryPoints: [
      'test/editor/open.ts',
      'test/editor/pictures.ts',
      'test/editor/set-up.ts',
      'test/editor/stand-in.ts',
      'test/editor/run-suite.ts',
    ],
    outdir: '.cache/test-editor',
    outExtension: { '.js': '.mjs' },
    external: ['playwright-core', '@vscode/test-electron', 'sharp'],
  },
};
