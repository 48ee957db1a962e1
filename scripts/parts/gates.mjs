/** What a change has to pass, in the order it runs: one table. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {'bundles' | 'browser' | 'editor' | 'package'} Need
 * @typedef {{ name: string, needs: readonly Need[], check: () => Promise<Counts> }} Gate
 */

const minute = 60_000;

/** A tool that passes or fails as a whole: one test.
 * @param {string} name @param {readonly (readonly [string, ...string[]])[]} commands @param {readonly Need[]} [needs]
 * @returns {Gate} */
function tool(name, commands, needs = []) {
  return {
    name,
    needs,
    check: async () => {
      const codes = [];
      for (const [script, ...args] of commands) codes.push((await node(name, script, args, 5 * minute)).code);
      return codes.every((code) => code === 0)
        ? { passed: 1, failed: 0, skipped: 0 }
        : { passed: 0, failed: 1, skipped: 0 };
    },
  };
}

/** A run of vitest, counted by its own report.
 * @param {string} name @param {readonly string[]} args @param {readonly Need[]} needs @param {number} minutes
 * @returns {Gate} */
function vitest(name, args, needs, minutes) {
  return {
    name,
    needs,
    check: async () => {
      const report = freshReport(name);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const { code } = await node(
        name,
        'node_modules/vitest/vitest.mjs',
        ['run', ...args, ...reporters],
        minutes * minute,
      );
      const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = readReport(report);
      return counted(code, numPassedTests, numFailedTests, numPendingTests + numTodoTests);
    },
  };
}

/** The mocha suite in the extension host, counted by mocha's report. @type {Gate} */
const extensionHost = {
  name: 'extension-host',
  needs: ['bundles', 'browser', 'editor'],
  check: async () => {
    const report = freshReport('extension-host');
    const { code } = await node('extension-host', '.cache/test-editor/run-suite.mjs', [], 10 * minute, {
      ANOMALY_REVIEW_TEST_REPORT: report,
    });
    const { stats = {}, tests = [] } = readReport(report);
    for (const { fullTitle, err, duration } of tests) {
      const failed = Object.keys(err).length > 0;
      process.stdout.write(
        `${failed ? '✗' : '✓'} ${fullTitle} ${duration ?? 0} ms\n${failed ? `${err.stack ?? err.message}\n` : ''}`,
      );
    }
    return counted(code, stats.passes ?? 0, stats.failures ?? 0, stats.pending ?? 0);
  },
};

/** @type {readonly Gate[]} */
export const gates = [
  tool('types', [
    ['node_modules/typescript/bin/tsc', '-p', '.', '--noEmit'],
    ['node_modules/typescript/bin/tsc', '-p', 'scripts', '--noEmit'],
  ]),
  tool('lint', [['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0']]),
  tool('format', [['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn']]),
  tool('dead-code', [['node_modules/knip/bin/knip.js', '--no-progress']]),
  vitest('unit', ['--project', 'unit'], [], 6),
  vitest('engine', ['--project', 'engine'], ['bundles'], 10),
  vitest('systems', ['--project', 'systems'], ['bundles'], 8),
  vitest('webview', ['--config', 'vitest.webview.config.ts'], ['browser'], 8),
  tool('package', [['scripts/package.mjs']], ['bundles']),
  extensionHost,
  vitest('e2e', ['--config', 'vitest.e2e.config.mjs'], ['bundles', 'browser', 'editor', 'package'], 15),
];

/** @param {string} name @param {string} script @param {readonly string[]} args @param {number} timeoutMs
 * @param {Record<string, string>} [more] environment */
function node(name, script, args, timeoutMs, more = {}) {
  return run(process.execPath, [inRoot(script), ...args], {
    log: inRoot('artifacts/logs', `${name}.log`),
    timeoutMs,
    // Colours are for a terminal, not for a log.
    env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }), ...more },
  });
}

/** @param {string} name */
function freshReport(name) {
  const file = inRoot('artifacts/reports', `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file @returns {Record<string, any>} */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** A run that ended badly without a failed test of its own (it could not load, or time was up) counts as one failure.
 * @param {number} code @param {number} passed @param {number} failed @param {number} skipped @returns {Counts} */
function counted(code, passed, failed, skipped) {
  const broke = (code !== 0 && failed === 0) || passed + failed + skipped === 0;
  return { passed, failed: broke ? 1 : failed, skipped };
}
