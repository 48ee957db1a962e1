/**
 * Stands in for the desktop's executable: takes the arguments `@vscode/test-electron` gives it, and runs the suite in
 * code-server instead. Exit code 0: the suite passed.
 */
import { installEditor } from './install';
import { inRoot } from './places';
import { runSuite } from './suite-driver';

function argument(name: string): string | undefined {
  const start = `--${name}=`;
  return process.argv.find((text) => text.startsWith(start))?.slice(start.length);
}

const extension = argument('extensionDevelopmentPath');
const suite = argument('extensionTestsPath');
const workspace = process.argv.slice(2).find((text) => !text.startsWith('-'));
if (extension === undefined || suite === undefined) {
  process.stderr.write('Needed: --extensionDevelopmentPath= and --extensionTestsPath=\n');
  process.exit(2);
}
const report = process.env['ANOMALY_REVIEW_TEST_REPORT'];
const installation = await installEditor((line) => process.stderr.write(`${line}\n`));
process.exitCode = await runSuite(installation, {
  extension,
  suite,
  editor: {
    ...(workspace === undefined ? {} : { workspace, inPlace: true }),
    environment: report === undefined ? {} : { ANOMALY_REVIEW_TEST_REPORT: report },
    log: inRoot('artifacts/extension-host-server.log'),
  },
  timeoutMs: 600_000,
  console: inRoot('artifacts/extension-host-console.log'),
});
