/** `npm run pictures`: makes the pictures of README and walkthrough anew, by photographing the packaged extension. */
import { build } from './build.mjs';
import { makePackage } from './package.mjs';
import { inRoot } from './parts/paths.mjs';
import { run } from './parts/processes.mjs';
import { installPackages, requireNode } from './parts/requirements.mjs';

requireNode();
await installPackages();
await build({ test: true });
const { file } = await makePackage();
const { code } = await run(process.execPath, [inRoot('.cache/test-editor/pictures.mjs'), file]);
process.exitCode = code;
