import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RunFolder } from '../../engine/runs/run-folder';
import { exportFormats } from '../../shared/contracts';
import type { EngineApi, ExportFormat } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import { commandLine, nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { optionText } from '../options';
import type { Output } from '../output';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

export const exportRun: Verb = {
  name: 'export',
  summary: 'write the result as a file; `--out -` writes it to stdout',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .requiredOption('--format <FORMAT>', exportFormats.join('|'))
      .requiredOption('--out <FILE|->', 'the file to write (an older one is replaced), or - for stdout');
  },
  run: async ([run = ''], options, output) => {
    const format = readFormat(optionText(options, 'format') ?? '');
    const out = optionText(options, 'out') ?? '';
    if (out === '') throw new UserError('settings-invalid', '--out needs a file name, or - for stdout.');
    const engine = await startEngine();
    await tellUnfinished(resolve(run), output);
    if (out === '-') {
      await exportToStdout(engine, resolve(run), format, output);
      return exitStatus.done;
    }
    const written = await engine.exportRun(resolve(run), format, resolve(out), true);
    output.say(
      `${nearPath(written.file)}: ${formatCount(written.images)} images, ${formatCount(written.flagged)} flagged`,
    );
    output.event('exported', { run: resolve(run), format, ...written });
    return exitStatus.done;
  },
};

/** Before the network has scored, an export holds the first ranking: who waits for a result must know. */
async function tellUnfinished(run: string, output: Output): Promise<void> {
  const { status, rescoring } = (await RunFolder.open(run)).record;
  // Until it is scored anew to the end, the former scores are in force, and whole.
  if (status === 'done' || rescoring !== undefined) return;
  output.remark(
    `The run is not complete: this is its ranking as far as it got. Go on with: ${commandLine('resume', nearPath(run))}`,
  );
}

/** By way of a file, since an export may be larger than memory and must be whole before its first byte is used. */
async function exportToStdout(engine: EngineApi, run: string, format: ExportFormat, output: Output): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'anomaly-review-'));
  try {
    const { file } = await engine.exportRun(run, format, join(folder, 'export'), false);
    await output.stream(createReadStream(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text);
  if (format !== undefined) return format;
  throw new UserError('settings-invalid', `--format needs one of ${exportFormats.join(', ')}, not “${text}”.`);
}
