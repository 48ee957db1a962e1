import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { SelfTest } from '../../engine/compute/backend';
import { toErrorReport, UserError } from '../../shared/errors';
import { formatBytes } from '../../shared/format';
import { hardwareMissing } from '../../engine/compute/graphics-adapter';
import type { InstallProgress } from '../../engine/compute/install/install';
import type { Variant } from '../../engine/compute/install/variant';
import { folderVariable, tensorFlowFolder } from '../../engine/compute/install/place';
import { exitStatus } from '../exit-status';
import { onInterrupt } from '../interrupt';
import { optionText, type TypedOptions } from '../options';
import type { Output } from '../output';
import type { Verb } from '../verb';

const longestTestMs = 120_000;

const phaseTitles: Readonly<Record<InstallProgress['phase'], string>> = {
  packages: 'Installing TensorFlow.js',
  download: 'Downloading TensorFlow',
  unpack: 'Unpacking',
  compile: 'Compiling the addon',
  test: 'Testing',
};

const variantTitles: Readonly<Record<Variant, string>> = { cpu: 'cpu', gpu: 'gpu, CUDA 12' };

export const backend: Verb = {
  name: 'backend',
  summary: 'list, install or remove what computes beside ONNX Runtime: TensorFlow',
  declare: (command) => {
    command
      .argument('<action>', 'list, install or remove')
      .argument('[name]', 'tensorflow')
      .option('--to <DIR>', 'the folder it is in, or comes into (your own storage)')
      .option('--gpu', 'install: TensorFlow for NVIDIA graphics cards, with CUDA')
      .option('--wheel <FILE>', 'TensorFlow’s wheel, downloaded already; with --gpu the folder with all wheels')
      .option('--index <URL>', 'the package index to download it from, where there is no pip')
      .option('--yes', 'do not ask before downloading');
  },
  run: async ([action = '', name], options, output) => {
    switch (action) {
      case 'list':
        await list(options, output);
        return exitStatus.done;
      case 'install':
        refuseOthers(name);
        return (await install(options, output)) ? exitStatus.done : exitStatus.stopped;
      case 'remove':
        refuseOthers(name);
        await remove(options, output);
        return exitStatus.done;
      default:
        throw new UserError('settings-invalid', `backend needs one of list, install, remove, not “${action}”.`);
    }
  },
};

function refuseOthers(name: string | undefined): void {
  if (name === 'tensorflow') return;
  const said = name === undefined || name === '' ? 'none was named' : `not “${name}”`;
  throw new UserError('settings-invalid', `The backend that can be installed or removed is tensorflow, ${said}.`);
}

/** Loaded only when needed, so that help and wrong options answer at once. */
const installer = () => import('../../engine/compute/install/install');

function folderOf(options: TypedOptions): string {
  const to = optionText(options, 'to');
  if (to?.trim() === '') throw new UserError('settings-invalid', '--to needs a folder.');
  return to === undefined ? tensorFlowFolder() : resolve(to);
}

function wheelOf(options: TypedOptions): string | undefined {
  const wheel = optionText(options, 'wheel');
  if (wheel?.trim() === '') throw new UserError('settings-invalid', '--wheel needs the file that was downloaded.');
  return wheel === undefined ? undefined : resolve(wheel);
}

async function list(options: TypedOptions, output: Output): Promise<void> {
  const { installedIn, planInstall } = await installer();
  const folder = folderOf(options);
  const installed = await installedIn(folder);
  output.say('onnx — ONNX Runtime, always there');
  output.say(
    installed === undefined
      ? 'tensorflow — not installed; anomaly-review backend install tensorflow, with --gpu for CUDA'
      : `tensorflow (${variantTitles[installed.variant]}) — TensorFlow ${installed.tensorflow} with TensorFlow.js ${installed.tfjs} in ${folder}`,
  );
  const possible = (variant: Variant) => {
    const missing = variant === 'gpu' ? hardwareMissing('cuda') : undefined;
    try {
      return { possible: true, ...planInstall(folder, variant), ...(missing !== undefined && { missing }) };
    } catch (error) {
      return { possible: false, message: toErrorReport(error).message };
    }
  };
  output.event('backends', {
    onnx: true,
    tensorflow: installed ? { folder, ...installed } : null,
    install: possible('cpu'),
    installGpu: possible('gpu'),
  });
}

/** @returns whether the user agreed */
async function install(options: TypedOptions, output: Output): Promise<boolean> {
  const { install: installInto, planInstall } = await installer();
  const folder = folderOf(options);
  const variant = options['gpu'] === true ? 'gpu' : 'cpu';
  const file = wheelOf(options);
  const plan = planInstall(folder, variant, file !== undefined);
  output.event('plan', plan);
  output.say(
    `TensorFlow ${plan.version} (${variantTitles[variant]}) for ${folder}: about ${formatBytes(plan.downloadBytes)} are downloaded, ${formatBytes(plan.installedBytes)} stay on the disk.`,
  );
  const missing = variant === 'gpu' ? hardwareMissing('cuda') : undefined;
  if (missing !== undefined) output.remark(`Here TensorFlow would compute on the processor all the same: ${missing}.`);
  if (options['yes'] !== true && !output.json && process.stdin.isTTY && !(await agreed())) {
    output.remark('\nNothing was downloaded.');
    return false;
  }
  const abort = new AbortController();
  const stopListening = onInterrupt({ first: () => abort.abort(), second: () => process.exit(exitStatus.stopped) });
  try {
    const test = await installInto({
      folder,
      variant,
      file,
      index: optionText(options, 'index') ?? process.env['PIP_INDEX_URL'],
      signal: abort.signal,
      progress: progressLines(output),
      selfTest: testIn,
    });
    output.say(`TensorFlow works: ${test.detail}. Use it with --backend tensorflow.`);
    if (optionText(options, 'to') !== undefined) {
      output.say(`It is looked for in ${folder} when ${folderVariable} names that folder.`);
    }
    output.event('installed', { backend: 'tensorflow', variant, folder, detail: test.detail });
    return true;
  } finally {
    stopListening();
  }
}

const doctorSchema = v.object({
  event: v.literal('doctor'),
  backends: v.array(v.object({ backend: v.string(), available: v.boolean(), detail: v.string() })),
});

/** In a process of its own: a library that crashes leaves the installation to tidy up. */
async function testIn(folder: string): Promise<SelfTest> {
  const started = performance.now();
  const environment = { ...process.env, [folderVariable]: folder };
  const [script = ''] = process.argv.slice(1);
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'doctor', '--json'], {
    env: environment,
    timeout: longestTestMs,
  }).catch((error: unknown) => ({ stdout: '', error }));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), doctorSchema), stdout.trim().split('\n').at(-1));
  const report = parsed.success ? parsed.output.backends.find(({ backend }) => backend === 'tensorflow') : undefined;
  const { available = false, detail = 'the process that tested it ended without an answer' } = report ?? {};
  return { passed: available, detail, milliseconds: performance.now() - started };
}

async function agreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D reject: no answer is none that agrees.
  const answer = await terminal.question('Go on? [y/N] ').catch(() => '');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function remove(options: TypedOptions, output: Output): Promise<void> {
  const folder = folderOf(options);
  const { remove: removeFrom } = await installer();
  await removeFrom(folder);
  output.say(`TensorFlow was removed from ${folder}.`);
  output.event('removed', { backend: 'tensorflow', folder });
}

/** A line a phase, and one for every tenth of what has a size. */
function progressLines(output: Output): (progress: InstallProgress) => void {
  let last = '';
  return (progress) => {
    const { phase, done = 0, total } = progress;
    const tenths = total === undefined ? 0 : Math.floor((10 * done) / total);
    const line = `${phaseTitles[phase]}${total === undefined ? '…' : ` ${String(10 * tenths)} % of ${formatBytes(total)}`}`;
    if (line === last) return;
    last = line;
    if (output.json) output.event('progress', progress);
    else output.remark(line);
  };
}
