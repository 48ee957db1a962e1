import { formatCount } from '../../shared/format';
import { exitStatus } from '../exit-status';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

export const models: Verb = {
  name: 'models',
  summary: 'presets, with input size, latent size and parameters',
  declare: () => undefined,
  run: async (_args, _options, output) => {
    const engine = await startEngine();
    for (const model of await engine.models()) {
      const [channels, height, width] = model.inputShape;
      output.event('model', model);
      output.say(
        `${model.name} — ${model.title}\n` +
          `  ${model.description}\n` +
          `  input ${width}×${height}×${channels}${model.adaptive ? ' (for example; any size)' : ''}, ` +
          `latent ${formatCount(model.latent)}, ${formatCount(model.parameters)} parameters`,
      );
    }
    return exitStatus.done;
  },
};
