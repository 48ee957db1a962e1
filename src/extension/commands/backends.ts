/** TensorFlow, installed and removed on a person's explicit wish, in the extension's own storage. */
import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { UserError } from '../../shared/errors';
import { formatBytes } from '../../shared/format';
import { type BackendEvent, type InstallStep, runBackendProgram } from '../backend-program';
import { requireEngineExecutable } from '../engine';
import { displayLocale, languageEnvironment } from '../language';
import { reportError } from '../report-error';
import type { Services } from '../services';
import { configurationSection } from '../settings';
import { installedTensorFlow, namedTensorFlow, tensorFlowEnvironment } from '../tensorflow-place';

const backendSetting = 'engine.backend';

/** Resolves to the folder when it was installed. */
export async function installTensorFlow(services: Services): Promise<string | undefined> {
  const folder = installedTensorFlow(services.storage);
  const found = await listed(services, folder);
  if (found.tensorflow !== null) {
    await offerUse(l10n.t('TensorFlow {version} is installed already.', { version: found.tensorflow.tensorflow }));
    return undefined;
  }
  if (!found.install.possible) throw new UserError('not-supported', found.install.message);
  const variant = await chooseVariant(found.install, found.installGpu);
  if (variant === undefined) return undefined;
  const source = await agreedSource(variant);
  if (source === undefined) return undefined;
  const options = [...(variant.isForGpu ? ['--gpu'] : []), ...source];
  const result = await withProgress(services, ['install', 'tensorflow', '--to', folder, ...options]);
  if (result.event !== 'installed') throw new UserError('internal', `The installation ended with “${result.event}”.`);
  services.log.info(`TensorFlow is installed in ${result.folder}: ${result.detail}`);
  void offerUse(
    l10n.t('TensorFlow {version} is installed and passed its test.', { version: variant.plan.version }),
  ).catch((error: unknown) => reportError(error, services.log));
  return result.folder;
}

/** Resolves to the folder that is gone. */
export async function removeTensorFlow(services: Services): Promise<string | undefined> {
  const { engine, log, runs, storage } = services;
  const own = installedTensorFlow(storage);
  const found = await listed(services, existsSync(own) ? own : undefined);
  if (found.tensorflow === null) {
    const named = namedTensorFlow();
    void vscode.window.showInformationMessage(
      named === ''
        ? l10n.t('TensorFlow is not installed; there is nothing to remove.')
        : l10n.t('The TensorFlow in {folder} was not installed from here, so it is not removed from here either.', {
            folder: named,
          }),
    );
    return undefined;
  }
  const { folder } = found.tensorflow;
  if (runs.all.length > 0) {
    throw new UserError(
      'run-locked',
      l10n.t('A scan is running, which may need TensorFlow. Wait for it to end, or cancel it, then remove it.'),
    );
  }
  const remove = l10n.t('Remove');
  const agreed = await vscode.window.showWarningMessage(
    l10n.t('Remove TensorFlow?'),
    { modal: true, detail: l10n.t('{folder} is deleted. Reviews stay as they are.', { folder }) },
    remove,
  );
  if (agreed !== remove) return undefined;
  // The engine may have its library open.
  await engine.stop();
  await run(services, ['remove', 'tensorflow', '--to', folder], () => undefined, new AbortController().signal);
  log.info(`TensorFlow was removed from ${folder}`);
  void offerReturn().catch((error: unknown) => reportError(error, log));
  return folder;
}

type Listed = Extract<BackendEvent, { event: 'backends' }>;
type Plan = Extract<Listed['install'], { possible: true }>;

interface ChosenVariant {
  readonly plan: Plan;
  readonly isForGpu: boolean;
}

/** Nothing is asked where there is only one. */
async function chooseVariant(cpu: Plan, gpu: Listed['install']): Promise<ChosenVariant | undefined> {
  const forProcessor = { plan: cpu, isForGpu: false };
  if (!gpu.possible) return forProcessor;
  const sizes = ({ downloadBytes, installedBytes }: Plan) =>
    l10n.t('{download} to download, {installed} on the disk', {
      download: formatBytes(downloadBytes, displayLocale()),
      installed: formatBytes(installedBytes, displayLocale()),
    });
  const choices = [
    { label: l10n.t('For the processor'), detail: sizes(cpu), variant: forProcessor },
    {
      label: l10n.t('For NVIDIA graphics cards (CUDA 12)'),
      ...(gpu.missing !== undefined && { description: l10n.t('no NVIDIA driver was found here') }),
      detail: sizes(gpu),
      variant: { plan: gpu, isForGpu: true },
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder: l10n.t('Which TensorFlow?') });
  return chosen?.variant;
}

/** Resolves to what the program is told of where it comes from; undefined where the user did not agree. */
async function agreedSource({ plan, isForGpu }: ChosenVariant): Promise<string[] | undefined> {
  const { version, missing, ...bytes } = plan;
  const install = missing === undefined ? l10n.t('Download and Install') : l10n.t('Download and Install All the Same');
  const useFile = isForGpu ? l10n.t('Use Downloaded Wheels…') : l10n.t('Use a Downloaded Wheel…');
  const gap =
    missing === undefined
      ? []
      : [l10n.t('No NVIDIA driver was found here: without one this TensorFlow computes on the processor.')];
  const facts = l10n.t(
    'About {download} are downloaded, from the package sources that pip and npm are set up for here. Preparing it takes {needed} of disk for a while; {installed} stay. It needs a C++ compiler. It is tested before it is used, and can be removed by a command.',
    {
      download: formatBytes(bytes.downloadBytes, displayLocale()),
      needed: formatBytes(bytes.neededBytes, displayLocale()),
      installed: formatBytes(bytes.installedBytes, displayLocale()),
    },
  );
  const question = isForGpu
    ? l10n.t('Install TensorFlow {version} for NVIDIA graphics cards as a second backend?', { version })
    : l10n.t('Install TensorFlow {version} as a second backend?', { version });
  const options = { modal: true, detail: [...gap, facts].join('\n\n') };
  const show = missing === undefined ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const agreed = await show(question, options, install, useFile);
  if (agreed === undefined) return undefined;
  return agreed === useFile ? chooseWheels(isForGpu) : [];
}

/** @param folder absent: where the engine would look */
async function listed(services: Services, folder: string | undefined): Promise<Listed> {
  const args = ['list', ...(folder === undefined ? [] : ['--to', folder])];
  const result = await run(services, args, () => undefined, new AbortController().signal);
  if (result.event !== 'backends') throw new UserError('internal', `The list ended with “${result.event}”.`);
  return result;
}

async function run(
  { distribution, log, storage }: Services,
  args: readonly string[],
  onEvent: (event: BackendEvent) => void,
  signal: AbortSignal,
): Promise<BackendEvent> {
  const program = {
    executable: await requireEngineExecutable(),
    script: vscode.Uri.joinPath(distribution, 'cli.js').fsPath,
    environment: { ...tensorFlowEnvironment(storage), ...languageEnvironment() },
    onOutput: (line: string) => log.info(line),
  };
  return runBackendProgram(program, args, onEvent, signal);
}

function withProgress(services: Services, args: readonly string[]): Thenable<BackendEvent> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: l10n.t('Installing TensorFlow'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (notification, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    // With the editor the child would lose who reads it.
    services.subscriptions.push({ dispose: () => abort.abort() });
    return run(
      services,
      args,
      (event) => {
        if (event.event === 'progress') notification.report({ message: stepText(event) });
      },
      abort.signal,
    );
  });
}

function stepText({ phase, done, total }: InstallStep): string {
  const titles: Readonly<Record<InstallStep['phase'], string>> = {
    download: l10n.t('Downloading the library'),
    packages: l10n.t('Getting TensorFlow.js'),
    unpack: l10n.t('Unpacking'),
    compile: l10n.t('Compiling the addon'),
    test: l10n.t('Testing that it computes right'),
  };
  if (done === undefined || total === undefined) return `${titles[phase]}…`;
  const locale = displayLocale();
  return l10n.t('{step}: {done} of {total}', {
    step: titles[phase],
    done: formatBytes(done, locale),
    total: formatBytes(total, locale),
  });
}

/** A single file, or the folder that holds those of TensorFlow and of NVIDIA's libraries. */
async function chooseWheels(isFolder: boolean): Promise<string[] | undefined> {
  const [place] =
    (await vscode.window.showOpenDialog(
      isFolder
        ? {
            title: l10n.t('The folder with all wheels that were downloaded'),
            canSelectFiles: false,
            canSelectFolders: true,
          }
        : {
            title: l10n.t('The wheel of TensorFlow that was downloaded'),
            filters: { [l10n.t('Python wheels')]: ['whl'] },
          },
    )) ?? [];
  return place && ['--wheel', place.fsPath];
}

/** Says what was reached, and what to do with it. */
async function offerUse(reached: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(configurationSection);
  const named = namedTensorFlow();
  if (named !== '') {
    const text = l10n.t(
      '{reached} The setting “{setting}” names {folder}, which goes first: empty it to use this one.',
      { reached, setting: `${configurationSection}.engine.tensorflowPath`, folder: named },
    );
    void vscode.window.showInformationMessage(text);
    return;
  }
  if (configuration.get(backendSetting) === 'tensorflow') {
    void vscode.window.showInformationMessage(l10n.t('{reached} The next scan computes with it.', { reached }));
    return;
  }
  const use = l10n.t('Use TensorFlow');
  const text = l10n.t('{reached} Scans still compute with ONNX Runtime; shall they use TensorFlow?', {
    reached,
  });
  if ((await vscode.window.showInformationMessage(text, use)) !== use) return;
  await configuration.update(backendSetting, 'tensorflow', vscode.ConfigurationTarget.Global);
}

async function offerReturn(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(configurationSection);
  if (configuration.get(backendSetting) !== 'tensorflow') {
    void vscode.window.showInformationMessage(l10n.t('TensorFlow was removed.'));
    return;
  }
  const back = l10n.t('Use ONNX Runtime');
  const text = l10n.t('TensorFlow was removed, but the settings still name it: the next scan would not start.');
  if ((await vscode.window.showWarningMessage(text, back)) !== back) return;
  await configuration.update(backendSetting, undefined, vscode.ConfigurationTarget.Global);
}
