import { describe, expect, it } from 'vitest';
import { describeBackends, selectBackend } from '../../../src/engine/compute/select';

describe('selectBackend', () => {
  it('finds a device that passes its self-test and says which', async () => {
    const { backend, reports, note } = await selectBackend({ backend: 'auto', device: 'auto', threads: 1 });
    expect(backend.name).toBe('onnx');
    expect(reports.find(({ device }) => device === backend.device)).toMatchObject({ available: true });
    expect(note).not.toBe('');
  });

  it('takes the CPU when it is asked for', async () => {
    const { backend } = await selectBackend({ backend: 'onnx', device: 'cpu', threads: 1 });
    expect(backend.device).toBe('cpu');
  });

  it('refuses a device that this platform does not have, and names those it has', async () => {
    const wish = { backend: 'onnx', device: process.platform === 'darwin' ? 'dml' : 'coreml', threads: 1 } as const;
    await expect(selectBackend(wish)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringMatching(/does not exist on .* Choose one of: auto, cpu/) as unknown,
    });
  });
});

it('reports on every device of the platform, the CPU first', async () => {
  const [cpu] = await describeBackends(false);
  expect(cpu).toMatchObject({ backend: 'onnx', device: 'cpu', available: true });
});
