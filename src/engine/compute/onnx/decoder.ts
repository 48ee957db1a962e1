import type { DeviceName } from '../../../shared/settings';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { Decoder, DecoderOptions } from '../backend';
import { buildDecoderGraph } from './decoder-graph';
import { floatsOf, floatTensor, openSession } from './session';

export async function openDecoder(spec: NetworkSpec, options: DecoderOptions, device: DeviceName): Promise<Decoder> {
  const plan = checkNetwork(spec);
  const session = await openSession(buildDecoderGraph(plan, options.weights), { device, threads: options.threads });
  return {
    latentSize: plan.latentSize,
    async decode(latent, count) {
      const codes = latent.subarray(0, count * plan.latentSize);
      const outputs = await session.run({ latent: floatTensor(codes, [count, plan.latentSize]) });
      return floatsOf(outputs['reconstruction']);
    },
    dispose: () => session.release(),
  };
}
