import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { defaultSettings, scanSettingsSchema, thresholdMethods } from '../../src/shared/settings';

const { commands, menus, configuration, submenus } = manifest.contributes;
const contributed = commands.map(({ command }) => command);
type Settings = typeof configuration.properties;
const setting = <Key extends keyof Settings>(key: Key): Settings[Key] => configuration.properties[key];

describe("the extension's manifest", () => {
  it('has only contributed commands and submenus in its menus', () => {
    const entries: { command?: string; submenu?: string }[] = Object.values(menus).flat();
    const used = entries.map(({ command, submenu }) => command ?? submenu);
    const known = new Set([...contributed, ...submenus.map(({ id }) => id)]);
    expect(used.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  });

  it('has the defaults of the settings that every side shares', () => {
    expect(setting('anomalyReview.preset').default).toBe(defaultSettings.preset);
    expect(setting('anomalyReview.color').default).toBe(defaultSettings.color);
    expect(setting('anomalyReview.batchSize').default).toBe(defaultSettings.batchSize);
    expect(setting('anomalyReview.learningRate').default).toBe(defaultSettings.learningRate);
    expect(setting('anomalyReview.trimFraction').default).toBe(defaultSettings.trimFraction);
    expect(setting('anomalyReview.seed').default).toBe(defaultSettings.seed);
    expect(setting('anomalyReview.threshold.method').default).toBe(defaultSettings.threshold.method);
    expect(setting('anomalyReview.unreadable').default).toBe(defaultSettings.unreadable);
    expect(setting('anomalyReview.engine.backend').default).toBe(defaultSettings.backend);
    expect(setting('anomalyReview.engine.device').default).toBe(defaultSettings.device);
  });

  it('offers only values that the engine takes', () => {
    const { color, unreadable, backend, device } = scanSettingsSchema.entries;
    const refused = [
      ...setting('anomalyReview.color').enum.filter((value) => !v.is(color, value)),
      ...setting('anomalyReview.unreadable').enum.filter((value) => !v.is(unreadable, value)),
      ...setting('anomalyReview.engine.backend').enum.filter((value) => !v.is(backend, value)),
      ...setting('anomalyReview.engine.device').enum.filter((value) => !v.is(device, value)),
    ];
    expect(refused).toEqual([]);
    for (const method of setting('anomalyReview.threshold.method').enum) {
      expect(thresholdMethods).toContain(method);
    }
  });

  it('lets no workspace choose programs, backends or devices', () => {
    const engineSettings = Object.entries(configuration.properties).filter(([key]) => key.includes('.engine.'));
    expect(engineSettings.length).toBeGreaterThan(0);
    for (const [key, { scope }] of engineSettings) expect([key, scope]).toEqual([key, 'machine']);
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort()).toEqual(
      engineSettings.map(([key]) => key).sort(),
    );
  });
});
