/** TensorFlow in the editor: what installing it would take is told first, and a crash of it ends no run. */
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../fixtures/prepared-tensorflow';
import { pictureOfFailure, startSession, type Session } from './session';

const { folder, missing } = await prepareTensorFlow();
const patience = { timeout: 120_000 };

describe.skipIf(missing !== undefined)(`TensorFlow${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({
      name: 'tensorflow',
      settings: {
        'anomalyReview.epochs': 3000,
        'anomalyReview.imageSize': 32,
        'anomalyReview.engine.backend': 'tensorflow',
        'anomalyReview.engine.tensorflowPath': folder,
      },
    });
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  it('is not installed before its sizes were told and agreed to', async () => {
    const { page, workbench } = session;
    const consentTo = async (variant: string) => {
      await workbench.command('Anomaly Review: Install TensorFlow Backend…');
      const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: variant });
      await choice.waitFor(patience);
      await choice.click();
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.waitFor(patience);
      const text = await dialog.innerText();
      await session.picture(`1-consent-${variant}`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached', ...patience });
      return text;
    };
    const onProcessor = await consentTo('For the processor');
    expect(onProcessor).toMatch(/About 3\d\d MB are downloaded/);
    expect(onProcessor).toMatch(/1\.5 GB of disk for a while; 970 MB stay/);
    const onCard = await consentTo('For NVIDIA');
    expect(onCard).toMatch(/About 3\.\d GB are downloaded/);
    expect(onCard).toMatch(/7\.2 GB of disk for a while; 5\.7 GB stay/);
    if (!existsSync('/dev/nvidiactl')) {
      expect(onCard).toContain('No NVIDIA driver was found here');
      expect(onCard).toContain('All the Same');
    }
  });

  it('is shown beside the rate, and when its process is killed the run goes on with ONNX Runtime, after asking', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('apples', ['Anomaly Review', 'Scan for Outliers']);
    await panel.element.waitFor(patience);
    await expect
      .poll(() => panel.footer.innerText(), patience)
      .toMatch(/epoch ([3-9]|\d\d+) of .*TensorFlow, CPU, \d+ thread/s);
    const [engine] = await session.engines();
    if (engine === undefined) throw new Error('There is no engine to kill.');
    process.kill(engine, 'SIGABRT');
    await workbench.toast(/while TensorFlow was computing the scan/).waitFor(patience);
    await session.picture('2-asked');
    await workbench.pressInToast(/while TensorFlow was computing the scan/, 'Go On with ONNX Runtime');
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/epoch \d+ of/);
    await expect.poll(() => panel.footer.innerText(), patience).not.toContain('TensorFlow');
    await session.picture('3-goes-on');
  });
});
