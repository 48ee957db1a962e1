/** The bundle for an editor in the browser alone, loaded as that editor loads it: with its `vscode`, and nothing of Node. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json';

const root = fileURLToPath(new URL('../..', import.meta.url));
let code: string;

beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/extension/browser.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'cjs',
    external: ['vscode'],
  });
  code = outputFiles[0]?.text ?? '';
});

const exportsSchema = v.object({ activate: v.function() });

/** Activates it in an editor of this language; answers with its commands, its views and what it said. */
async function activated(language: string) {
  const commands = new Map<string, () => Promise<unknown>>();
  const views: string[] = [];
  const said: string[] = [];
  const vscode = {
    env: { language },
    Uri: { joinPath: (_base: unknown, ...parts: string[]) => parts.join('/') },
    workspace: { fs: { readFile: () => Promise.resolve(new TextEncoder().encode('{}')) } },
    commands: {
      registerCommand: (id: string, run: () => Promise<unknown>) => {
        commands.set(id, run);
        return { dispose: () => undefined };
      },
    },
    window: {
      registerTreeDataProvider: (id: string) => views.push(id),
      showErrorMessage: (text: string) => {
        said.push(text);
        return Promise.resolve(undefined);
      },
    },
  };
  const module = { exports: {} };
  const load = (name: string) => {
    if (name === 'vscode') return vscode;
    throw new Error(`There is no ${name} in a browser.`);
  };
  runInNewContext(code, { module, exports: module.exports, require: load, TextDecoder, console });
  const { activate } = v.parse(exportsSchema, module.exports);
  await activate({ extensionUri: '', extension: { packageJSON: manifest }, subscriptions: [] });
  return { commands, views, said };
}

describe('in an editor with no machine behind it', () => {
  it('every command says where it works, and the list of runs is there', async () => {
    const { commands, views, said } = await activated('en');
    expect([...commands.keys()].sort()).toEqual(manifest.contributes.commands.map(({ command }) => command).sort());
    expect(views).toEqual(['anomalyReview.runs']);
    for (const run of commands.values()) await run();
    expect(said.length).toBe(commands.size);
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain('this editor runs in the browser alone. Open the folder in VS Code on a computer');
  });

  it('starts in other languages as well', async () => {
    expect((await activated('ru')).commands.size).toBeGreaterThan(10);
  });
});
