/**
 * `npm start`: sets up what is missing and finds the odd images in the sample folder, or in the folder given:
 * `npm start -- /path/to/folder`. Anything else goes to the command line as it is: `npm start -- models`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './parts/paths.mjs';
import { installPackages, requireNode } from './parts/requirements.mjs';

const verbs = new Set(
  'scan train score merge threshold evaluate export quarantine undo resume models latent backend doctor bench help'.split(
    ' ',
  ),
);

requireNode();
await installPackages();
const { build } = await import('./build.mjs');
await build();

// npm changes to the checkout; a relative path means where the command was typed.
const typedIn = process.env['INIT_CWD'] ?? process.cwd();
const [first, ...rest] = process.argv.slice(2);
const goesOn = first !== undefined && (verbs.has(first) || first.startsWith('-'));
process.exitCode = goesOn ? (await commandLine([first, ...rest], false)).code : await scan(first, rest);

/**
 * The main job: scan, then write the 0/1 file and say what is next.
 * @param {string | undefined} folder
 * @param {readonly string[]} options
 * @returns {Promise<number>} exit code
 */
async function scan(folder, options) {
  const source = folder === undefined ? inRoot('samples/apples') : path.resolve(typedIn, folder);
  const labels = folder === undefined ? ['--labels', inRoot('samples/apples-labels.txt')] : [];
  const { code, output } = await commandLine(['scan', source, ...labels, ...options], true);
  const found = /^Run folder: (.+)$/m.exec(output)?.[1];
  if (code !== 0 || found === undefined || options.includes('--json')) return code;
  const run = path.resolve(typedIn, found);
  const file = path.join(run, `${path.basename(source)}-flags.txt`);
  const written = await commandLine(['export', run, '--format', 'binary', '--out', file], true, true);
  if (written.code !== 0) return written.code;
  process.stdout.write(
    [
      '',
      `0/1 file: ${file} (one character an image, in natural order of the names)`,
      `In VS Code: ${hint()}; right-click the folder → Anomaly Review → Open Last Review, or Scan for Outliers.`,
      '',
    ].join('\n'),
  );
  return 0;
}

function hint() {
  return existsSync(inRoot('.vscode-test/editor/installed-lock.json'))
    ? '`npm run try` opens one in the browser, `npm run package` makes the .vsix to install'
    : '`npm run try` opens one in the browser (fetched from npm), `npm run package` makes the .vsix to install';
}

/**
 * Runs the product's command line; its progress bar stays on the terminal.
 * @param {readonly string[]} args
 * @param {boolean} keep whether to keep what it prints to stdout as well
 * @param {boolean} [quiet] whether not to show it
 * @returns {Promise<{ code: number, output: string }>}
 */
function commandLine(args, keep, quiet = false) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inRoot('dist/cli.js'), ...args], {
      cwd: typedIn,
      stdio: ['inherit', keep ? 'pipe' : 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (/** @type {Buffer} */ data) => {
      output += data.toString();
      if (!quiet) process.stdout.write(data);
    });
    // The terminal sends Ctrl-C to both; the child decides what it means.
    const wait = () => undefined;
    const pass = () => child.kill('SIGTERM');
    process.on('SIGINT', wait).on('SIGTERM', pass);
    child.on('close', (code) => {
      process.off('SIGINT', wait).off('SIGTERM', pass);
      resolve({ code: code ?? 1, output });
    });
  });
}
