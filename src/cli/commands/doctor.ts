import { exitStatus } from '../exit-status';
import { startEngine } from '../start-engine';
import { addTensorFlowPath, useTensorFlowPath } from '../tensorflow-path';
import type { Verb } from '../verb';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'versions, backends, devices, self-tests: what works here and why not',
  declare: (command) => void addTensorFlowPath(command),
  run: async (_args, options, output) => {
    useTensorFlowPath(options);
    const engine = await startEngine();
    const description = await engine.describe(true);
    const works = description.backends.some(({ available }) => available);
    output.say(`Runs on ${description.executable}`);
    for (const [name, version] of Object.entries(description.versions)) output.say(`  ${name} ${version}`);
    for (const { backend, device, available, detail, milliseconds } of description.backends) {
      const time = milliseconds === undefined ? '' : ` (${Math.round(milliseconds)} ms)`;
      output.say(`${available ? '✓' : '✗'} ${backend} on ${device}: ${detail}${time}`);
    }
    output.say(works ? 'Images can be scanned here.' : 'Nothing here can compute; the lines above say why.');
    output.event('doctor', { ...description, works });
    return works ? exitStatus.done : exitStatus.broken;
  },
};
