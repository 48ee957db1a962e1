import { DeviceMemory, type Found } from '../../engine/compute/device-memory';
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
    const description = await engine.describe(true);
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
