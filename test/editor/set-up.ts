/** For scripts: `set-up.mjs editor` installs the editor; `set-up.mjs browser` prints where the browser is, if there is one. */
import { findBrowser } from './browser';
import { installEditor } from './install';

try {
  if (process.argv[2] === 'browser') process.stdout.write(findBrowser() ?? '');
  else await installEditor((line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
