/**
 * What a change has to pass: one table. The gates of a lane run one after the other, in this order; the lanes side by
 * side, since tests in a browser wait more than they compute.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {'bundles' | 'browser' | 'editor' | 'package'} Need
 * @typedef {{ name: string, needs: readonly Need[], check: (quiet: boolean) => Promise<Outcome> }} Gate
 * @typedef {Counts & { output: string }} Outcome what it printed, too
 */

const minute = 60_000;

/** A tool that passes or fails as a whole: one test.
 * @param {string} name @param {readonly (readonly [string, ...string[]])[]} commands @param {readonly Need[]} [needs]
 * @returns {Gate} */
function tool(name, commands, needs = []) {
  return {
    name,
    needs,
    check: async (quiet) => {
      const runs = [];
      for (const [script, ...args] of commands) runs.push(await node(name, script, args, { minutes: 5, quiet }));
      const passed = runs.every(({ code }) => code === 0) ? 1 : 0;
      return { passed, failed: 1 - passed, skipped: 0, output: runs.map(({ output }) => output).join('') };
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
    check: async (quiet) => {
      const report = freshReport(name);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const script = 'node_modules/vitest/vitest.mjs';
      const { code, output } = await node(name, script, ['run', ...args, ...reporters], { minutes, quiet });
      const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = readReport(report);
      return { ...counted(code, numPassedTests, numFailedTests, numPendingTests + numTodoTests), output };
    },
  };
}

/** The mocha suite in the extension host, counted by mocha's report. @type {Gate} */
const extensionHost = {
  name: 'extension-host',
  needs: ['bundles', 'browser', 'editor'],
  check: async (quiet) => {
    const report = freshReport('extension-host');
    const ran = await node('extension-host', '.cache/test-editor/run-suite.mjs', [], {
      minutes: 10,
      quiet,
      env: { ANOMALY_REVIEW_TEST_REPORT: report },
    });
    const { stats = {}, tests = [] } = readReport(report);
    const lines = tests.map((/** @type {Record<string, any>} */ { fullTitle, err, duration }) => {
      const failed = Object.keys(err).length > 0;
      return `${failed ? '✗' : '✓'} ${fullTitle} ${duration ?? 0} ms\n${failed ? `${err.stack ?? err.message}\n` : ''}`;
    });
    if (!quiet) process.stdout.write(lines.join(''));
    const output = [ran.output, ...lines].join('');
    return { ...counted(ran.code, stats.passes ?? 0, stats.failures ?? 0, stats.pending ?? 0), output };
  },
};

/** @type {readonly (readonly Gate[])[]} */
export const lanes = [
  [
    tool('types', [
      ['node_modules/typescript/bin/tsc', '-p', '.', '--noEmit'],
      ['node_modules/typescript/bin/tsc', '-p', 'scripts', '--noEmit'],
    ]),
    tool('lint', [['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0']]),
    tool('format', [['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn']]),
    tool('dead-code', [['node_modules/knip/bin/knip.js', '--no-progress']]),
    vitest('unit', ['--project', 'unit'], [], 10),
    vitest('engine', ['--project', 'engine'], ['bundles'], 10),
    vitest('systems', ['--project', 'systems'], ['bundles'], 8),
  ],
  [
    tool('package', [['scripts/package.mjs']], ['bundles']),
    vitest('webview', ['--config', 'vitest.webview.config.ts'], ['browser'], 10),
    extensionHost,
    vitest('e2e', ['--config', 'vitest.e2e.config.mjs'], ['bundles', 'browser', 'editor', 'package'], 15),
  ],
];

/**
 * @param {string} name @param {string} script @param {readonly string[]} args
 * @param {{ minutes: number, quiet: boolean, env?: Record<string, string> }} options quiet: shows nothing by itself
 */
function node(name, script, args, { minutes, quiet, env = {} }) {
  return run(process.execPath, [inRoot(script), ...args], {
    log: inRoot('artifacts/logs', `${name}.log`),
    timeoutMs: minutes * minute,
    quiet,
    // Colours are for a terminal, not for a log.
    env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }), ...env },
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
