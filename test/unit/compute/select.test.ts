import { existsSync, symlinkSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeBackends, refuseMissing, selectBackend } from '../../../src/engine/compute/select';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();

afterEach(() => {
  vi.unstubAllEnvs();
});

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

describe.skipIf(process.platform !== 'linux')('a device that is asked for by name', () => {
  it('is refused before anything is read or started where its driver is not there', () => {
    vi.stubEnv('VK_DRIVER_FILES', '/nowhere/driver.json');
    expect(() => {
      refuseMissing({ backend: 'onnx', device: 'webgpu' });
    }).toThrow(
      /device webgpu cannot be used: .*not there \(\/nowhere\/driver\.json\)\. Choose the device auto or cpu\./,
    );
  });

  it.skipIf(process.arch !== 'x64' || existsSync('/dev/nvidiactl'))('needs a driver to be CUDA', async () => {
    await expect(selectBackend({ backend: 'onnx', device: 'cuda', threads: 1 })).rejects.toMatchObject({
      code: 'settings-invalid',
      message: 'The device cuda cannot be used: no NVIDIA driver was found. Choose the device auto or cpu.',
    });
  });

  it('is refused where TensorFlow never runs on it', () => {
    const place = 'node_modules/@tensorflow/tfjs-node';
    scratch.write(`${place}/package.json`, JSON.stringify({ version: '4.22.0' }));
    // Of any program: it is looked at, not loaded.
    for (const file of ['lib/napi-v8/tfjs_binding.node', 'deps/lib/libtensorflow_cc.so.2']) {
      symlinkSync(process.execPath, scratch.write(`${place}/${file}.program`, '').replace(/\.program$/, ''));
    }
    vi.stubEnv('ANOMALY_REVIEW_TENSORFLOW', scratch.path());
    const refusalOf = (device: 'cpu' | 'cuda' | 'webgpu') => () => {
      refuseMissing({ backend: 'tensorflow', device });
    };
    expect(refusalOf('cpu')).not.toThrow();
    expect(refusalOf('webgpu')).toThrow('TensorFlow runs on cpu here, not on webgpu. Choose the device auto or cpu');
    expect(refusalOf('cuda')).toThrow('it was installed for the processor alone');
  });

  it('is no other device where TensorFlow is asked for, which has to be in the folder that was named', async () => {
    vi.stubEnv('ANOMALY_REVIEW_TENSORFLOW', '/nowhere');
    expect(() => {
      refuseMissing({ backend: 'tensorflow', device: 'auto' });
    }).toThrow(/^There is no TensorFlow in \/nowhere: there is no such folder\. Install it/);
    const reports = await describeBackends(true);
    expect(reports.at(-1)?.detail).toBe('There is no TensorFlow in /nowhere: there is no such folder');
  });
});

it('reports on every device of the platform, the CPU first', async () => {
  const [cpu] = await describeBackends(false);
  expect(cpu).toMatchObject({ backend: 'onnx', device: 'cpu', available: true });
});
