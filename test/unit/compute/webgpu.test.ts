/** WebGPU on Chromium's software Vulkan, in a process of its own: a driver that fails must not end the test run. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../fixtures/pytorch/cases';

const chromium = '/usr/lib/chromium';
const driver = join(chromium, 'vk_swiftshader_icd.json');
const hasSoftwareVulkan = existsSync(driver) && existsSync(join(chromium, 'libvulkan.so.1'));

const comparisonSchema = v.variant('part', [
  v.object({
    part: v.picklist(['layers', 'losses', 'optimizers', 'pretext']),
    name: v.string(),
    losses: v.exactOptional(v.number()),
    reconstruction: v.exactOptional(v.number()),
    changes: v.exactOptional(v.number()),
    tensor: v.exactOptional(v.string()),
    error: v.exactOptional(v.string()),
  }),
  v.object({ part: v.literal('self-test'), passed: v.boolean(), detail: v.string() }),
  v.object({
    part: v.literal('transfers'),
    perStep: v.object({ up: v.number(), down: v.number() }),
    batchBytes: v.number(),
    lossBytes: v.number(),
    weightBytes: v.number(),
    down: v.number(),
  }),
  v.object({ part: v.literal('choice'), device: v.string(), note: v.string() }),
  v.object({ part: v.literal('end') }),
]);
type Comparison = v.InferOutput<typeof comparisonSchema>;
type Part = Comparison['part'];

/** In this order: what was compiled for one part is there for the next. */
const parts: readonly Part[] = ['layers', 'losses', 'optimizers', 'pretext', 'transfers', 'self-test', 'choice'];

async function compareOnSoftwareVulkan(folder: string): Promise<Comparison[]> {
  // Beside the project's packages, so that the runtime is found.
  const script = join(import.meta.dirname, '../../../.cache/webgpu-test/device-process.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'device-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium, XDG_CACHE_HOME: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'webgpu', ...parts], { env });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return v.parse(
    v.array(comparisonSchema),
    lines.map((line) => JSON.parse(line) as unknown),
  );
}

describe.skipIf(!hasSoftwareVulkan)(
  hasSoftwareVulkan ? 'WebGPU' : 'WebGPU (skipped: there is no software Vulkan of Chromium here)',
  () => {
    let folder = '';
    let compared: readonly Comparison[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'anomaly-review-webgpu-'));
      compared = await compareOnSoftwareVulkan(folder);
    }, 400_000);

    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const find = <P extends Part>(part: P, name?: string) =>
      compared.find(
        (one): one is Extract<Comparison, { part: P }> =>
          one.part === part && (name === undefined || ('name' in one && one.name === name)),
      );

    it('ends its process in peace', () => {
      expect(compared.at(-1)).toEqual({ part: 'end' });
    });

    it.each([
      ...cases.layers.map(({ name }) => ['layers', name] as const),
      ...cases.losses.map(({ name }) => ['losses', name] as const),
      ...cases.optimizers.map(({ name }) => ['optimizers', name] as const),
      ['pretext', 'rotation and cut-paste'] as const,
    ])('computes as the CPU, forth and back: %s, %s', (part, name) => {
      const { error, losses, reconstruction, changes, tensor } = find(part, name) ?? {};
      expect(error).toBeUndefined();
      expect(losses).toBeLessThan(1e-5);
      expect(reconstruction).toBeLessThan(1e-5);
      expect(changes, tensor).toBeLessThan(2e-3);
    });

    it('passes the self-test by finite differences', () => {
      expect(find('self-test')).toMatchObject({ passed: true });
    });

    it('takes a batch once and gives back its losses in a step, and the weights only when they are asked for', () => {
      const { perStep, batchBytes, lossBytes, weightBytes, down } = find('transfers') ?? {};
      // Beside the images: the learning rate and other single numbers.
      expect(perStep?.up).toBeLessThan((batchBytes ?? 0) + 100);
      expect(perStep?.down).toBe(lossBytes);
      expect(down).toBe(weightBytes);
    });

    it('is not chosen by itself where a software driver stands in for a graphics card', () => {
      const { device, note } = find('choice') ?? {};
      expect(device).toBe('cpu');
      expect(note).toContain('WebGPU: ');
    });
  },
);
