/** WebGPU on Chromium's software Vulkan, in a process of its own: a driver that fails must not end the test run. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import * as v from 'valibot';

const chromium = '/usr/lib/chromium';
const driver = join(chromium, 'vk_swiftshader_icd.json');
const softwareVulkan = existsSync(driver) && existsSync(join(chromium, 'libvulkan.so.1'));

const resultSchema = v.object({
  test: v.object({ passed: v.boolean(), detail: v.string() }),
  losses: v.record(v.string(), v.array(v.number())),
  chosen: v.string(),
});

async function runOnSoftwareVulkan() {
  const folder = join(import.meta.dirname, '../../../.cache/webgpu-test');
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'webgpu-process.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'webgpu-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  const environment = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: environment });
  return v.parse(resultSchema, JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

it.skipIf(!softwareVulkan)(
  'WebGPU passes the gradient self-test, trains as the CPU does, and loses to it on a software driver',
  { timeout: 240_000 },
  async () => {
    const { test, losses, chosen } = await runOnSoftwareVulkan();
    expect(test).toMatchObject({ passed: true });
    const [cpu = [], webgpu = []] = [losses['cpu'], losses['webgpu']];
    expect(cpu.length).toBeGreaterThan(0);
    expect(webgpu).toHaveLength(cpu.length);
    cpu.forEach((loss, step) => expect((webgpu[step] ?? NaN) / loss).toBeCloseTo(1, 3));
    expect(chosen).toBe('cpu');
  },
);
