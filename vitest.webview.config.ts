import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from './test/editor/browser';
import { holdToKept } from './test/webview/harness/kept-pictures';

const executablePath = findBrowser();

/** The panel's components in a real Chromium. */
export default defineConfig({
  // The libraries as they ship, without their checks for developers.
  resolve: { conditions: ['module', 'browser', 'production'] },
  // Found before the first test, or finding them would reload the page in the middle of one.
  optimizeDeps: { entries: ['webview/main.ts', 'test/webview/**/*.ts'] },
  test: {
    include: ['test/webview/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      commands: { holdToKept },
      provider: playwright({
        // Larger than any test's frame, which is else shown shrunk.
        contextOptions: { viewport: { width: 1800, height: 1000 }, timezoneId: 'UTC' },
        launchOptions: {
          ...(executablePath === undefined ? {} : { executablePath }),
          args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-lcd-text'],
        },
      }),
      instances: [{ browser: 'chromium', viewport: { width: 1280, height: 800 } }],
    },
  },
});
