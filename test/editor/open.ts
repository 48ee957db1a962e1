/** `npm run try`: the packaged extension on a copy of a folder, in a browser-based VS Code on the loopback address. */
import path from 'node:path';
import { installEditor } from './install';
import { inRoot } from './places';
import { startEditor } from './server';

const [extension, folder = inRoot('samples')] = process.argv.slice(2);
if (extension === undefined) {
  process.stderr.write('Needed: the .vsix, and (if not the samples) the folder to open.\n');
  process.exit(2);
}
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
try {
  const installation = await installEditor(say);
  say('Starting…');
  const editor = await startEditor(installation, {
    workspace: folder,
    workspaceName: path.basename(folder),
    extensions: [extension],
  });
  say('');
  say(`  Open ${editor.url}`);
  say('  Right-click the folder "apples" → Anomaly Review → Scan for Outliers.');
  say('  It works on a copy, which is thrown away at the end. Ctrl-C ends it.');
  say('');
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  say('Stopping…');
  await editor.stop();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
