/**
 * What the extension host loads: runs the mocha tests listed here. The report goes to the file that
 * ANOMALY_REVIEW_TEST_REPORT names (mocha's JSON), since the console of an extension host is full of other voices.
 */
import Mocha from 'mocha';

/** One entry a file; loaded once mocha's `suite` and `test` stand. */
const files: readonly (() => Promise<unknown>)[] = [
  () => import('./activation.test'),
  () => import('./settings.test'),
  () => import('./source.test'),
  () => import('./scan-options.test'),
  () => import('./scan.test'),
  () => import('./run-list.test'),
];

export async function run(): Promise<void> {
  const report = process.env['ANOMALY_REVIEW_TEST_REPORT'];
  const mocha = new Mocha({
    ui: 'tdd',
    timeout: 180_000,
    ...(report === undefined ? {} : { reporter: 'json', reporterOptions: { output: report } }),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) await load();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the tests in the extension host failed.`);
}
