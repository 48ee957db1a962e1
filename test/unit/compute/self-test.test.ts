import { expect, it } from 'vitest';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';

it('passes its own test on the CPU within a second', async () => {
  const result = await new OnnxBackend('cpu').selfTest();
  expect(result.detail).toMatch(/gradients agree to/);
  expect(result.passed).toBe(true);
  expect(result.milliseconds).toBeLessThan(1000);
});
