/** Checks on a small network that a device computes gradients right and that training with them lowers the loss. */
import type { DeviceName } from '../../../shared/settings';
import { isTrained } from '../../model/shapes';
import type { SelfTest } from '../backend';
import { testBackend, type TestedBackend } from '../self-test';
import { batchSize, testNetwork } from '../test-network';
import type { Lowering } from './lowering';
import { floatsOf, floatTensor, openSession, wholeNumberTensor } from './session';
import { openTrainer } from './trainer';
import { buildGradientGraph } from './training-graph';

/** Never rejects: what the runtime throws is the test's result. */
export function testDevice(device: DeviceName, lowering: Lowering): Promise<SelfTest> {
  return testBackend({
    suffix: ` (${lowering.name})`,
    evaluating: evaluating(device, lowering),
    openTrainer: (weights) =>
      openTrainer(testNetwork, { batchSize, loss: 'mse', weightDecay: 0, threads: 1, weights }, device, lowering),
    lossOf: sum,
    // The runtime's errors begin with a place in its own sources, which says nothing to a person.
    reasonOf: (message) => message.replace(/^.*was false\. /s, '').trim(),
  });
}

function evaluating(device: DeviceName, lowering: Lowering): TestedBackend['evaluating'] {
  return async (plan, images, work) => {
    const session = await openSession(buildGradientGraph(plan, { batchSize, loss: 'mse', lowering }), {
      device,
      threads: 1,
    });
    try {
      const imageTensor = floatTensor(images, [batchSize, ...plan.input]);
      return await work(async (weights) => {
        const parameters = [...weights].map(([name, { shape, data }]) => [name, floatTensor(data, shape)] as const);
        const outputs = await session.run({
          input: imageTensor,
          target: imageTensor,
          keep: wholeNumberTensor(batchSize - 1),
          ...Object.fromEntries(parameters),
        });
        const gradients = plan.parameters
          .filter(isTrained)
          .map(({ name }) => [name, floatsOf(outputs[`gradient ${name}`])] as const);
        return { loss: meanOfLowest(floatsOf(outputs['losses'])), gradients: new Map(gradients) };
      });
    } finally {
      await session.release();
    }
  };
}

/** The loss of the images that make the gradient: all but the worst. */
function meanOfLowest(losses: Float32Array): number {
  return sum([...losses].sort((a, b) => a - b).slice(0, batchSize - 1)) / (batchSize - 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
