import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { DeviceMemory, type Found } from '../../engine/compute/device-memory';
import type { BackendReport } from '../../shared/contracts';
import { deviceTitles } from '../../shared/device-names';
import { deviceNames } from '../../shared/settings';
import { exitStatus } from '../exit-status';
import { startEngine } from '../start-engine';
import { addTensorFlowPath, useTensorFlowPath } from '../tensorflow-path';
import type { Verb } from '../verb';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'versions, backends, devices, self-tests: what works here and why not',
  declare: (command) => {
    addTensorFlowPath(command);
    command.option('--forget', 'forget what was measured of devices, so that they are tried again');
  },
  run: async (_args, options, output) => {
    useTensorFlowPath(options);
    const memory = new DeviceMemory();
    if (options['forget'] === true) {
      const hadAny = memory.forget();
      output.say(hadAny ? 'Forgot what was measured of devices.' : 'Nothing was remembered of devices.');
    }
    const engine = await startEngine();
    const isInside = process.env[insideVariable] === '1';
    const described = await engine.describe(isInside);
    const description = isInside ? described : { ...described, backends: described.backends.map(testedOutside) };
    const works = description.backends.some(({ available }) => available);
    output.say(`Runs on ${description.executable}`);
    for (const [name, version] of Object.entries(description.versions)) output.say(`  ${name} ${version}`);
    for (const { backend, device, available, detail, milliseconds } of description.backends) {
      const time = milliseconds === undefined ? '' : ` (${Math.round(milliseconds)} ms)`;
      output.say(`${available ? '✓' : '✗'} ${backend} on ${device}: ${detail}${time}`);
    }
    for (const line of remembered(memory.all())) output.say(line);
    output.say(works ? 'Images can be scanned here.' : 'Nothing here can compute; the lines above say why.');
    output.event('doctor', { ...description, works, remembered: memory.all(), memoryFile: memory.file });
    return works ? exitStatus.done : exitStatus.broken;
  },
};

/** Set for the process that loads TensorFlow. */
const insideVariable = 'ANOMALY_REVIEW_DOCTOR_INSIDE';
const longestTestMs = 120_000;

const answerSchema = v.object({
  backends: v.array(
    v.object({
      backend: v.string(),
      device: v.picklist(deviceNames),
      available: v.boolean(),
      detail: v.string(),
      milliseconds: v.exactOptional(v.number()),
    }),
  ),
});

/** TensorFlow is tested in a process of its own: a library that crashes must not end the doctor, nor print between its lines. */
function testedOutside(report: BackendReport): BackendReport {
  if (report.backend !== 'tensorflow' || !report.available) return report;
  const child = spawnSync(process.execPath, [process.argv[1] ?? '', 'doctor', '--json'], {
    env: { ...process.env, [insideVariable]: '1' },
    encoding: 'utf8',
    timeout: longestTestMs,
  });
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), child.stdout.trim().split('\n').at(-1));
  const found = answer.success ? answer.output.backends.find(({ backend }) => backend === report.backend) : undefined;
  if (found !== undefined) return found;
  const how = child.signal ?? `status ${String(child.status)}`;
  const said = child.stderr.trim().split('\n').at(-1) ?? '';
  return { ...report, available: false, detail: `the process that tested it crashed (${how})${said && `: ${said}`}` };
}

/** What `auto` goes by, a line a network. */
function remembered(found: readonly Found[]): string[] {
  return found.map(({ title, at, milliseconds, refused }) => {
    const facts = deviceNames.flatMap((device) => {
      const [speed, refusal] = [milliseconds[device], refused[device]];
      if (refusal !== undefined) {
        const until = new Date(refusal.until).toISOString().slice(0, 16).replace('T', ' ');
        return [`${deviceTitles[device]} not used until ${until} UTC: ${refusal.reason}`];
      }
      return speed === undefined ? [] : [`${deviceTitles[device]} ${Number(speed.toPrecision(2))} ms`];
    });
    return `  remembered of ${title}: ${facts.join(', ')} (${new Date(at).toISOString().slice(0, 10)})`;
  });
}
