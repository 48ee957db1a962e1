import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { defaultSettings, denoisingKinds, scanSettingsSchema, thresholdMethods } from '../../src/shared/settings';

const { commands, menus, configuration, submenus } = manifest.contributes;
const contributed = commands.map(({ command }) => command);

const settingSchema = v.object({
  default: v.unknown(),
  scope: v.string(),
  order: v.number(),
  enum: v.optional(v.array(v.string())),
  properties: v.optional(v.record(v.string(), v.looseObject({ enum: v.optional(v.array(v.string())) }))),
});
/** By their whole names, whichever group they stand in. */
const properties = Object.fromEntries(
  configuration.flatMap((group) =>
    Object.entries(group.properties).map(([key, setting]) => [key, v.parse(settingSchema, setting)] as const),
  ),
);

describe("the extension's manifest", () => {
  it('has only contributed commands and submenus in its menus', () => {
    const entries: { command?: string; submenu?: string }[] = Object.values(menus).flat();
    const used = entries.map(({ command, submenu }) => command ?? submenu);
    const known = new Set([...contributed, ...submenus.map(({ id }) => id)]);
    expect(used.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  });

  it('has the defaults of the settings that every side shares', () => {
    const { threshold, backend, device, ...others } = defaultSettings;
    const shared: Readonly<Record<string, unknown>> = {
      ...others,
      'threshold.method': threshold.method,
      'engine.backend': backend,
      'engine.device': device,
    };
    // Chosen for one run only.
    const unset = ['score'];
    const missing = Object.keys(shared).filter(
      (key) => !unset.includes(key) && !(`anomalyReview.${key}` in properties),
    );
    expect(missing).toEqual([]);
    for (const [key, { default: value }] of Object.entries(properties)) {
      const name = key.replace('anomalyReview.', '');
      if (name in shared) expect([name, value]).toEqual([name, shared[name]]);
    }
  });

  it('offers only values that the engine takes, or leaves to it', () => {
    const { entries } = scanSettingsSchema;
    const ofEngine: Readonly<Record<string, v.GenericSchema>> = {
      ...entries,
      'threshold.method': v.picklist(thresholdMethods),
      'engine.backend': entries.backend,
      'engine.device': entries.device,
      // The engine is told of it by the texts that it gets.
      language: v.picklist(['auto', 'en', 'ru', 'lv', 'zh-cn']),
    };
    const leftToEngine = ['resize auto', 'epochScores auto', 'keepEpoch loss'];
    for (const [key, setting] of Object.entries(properties)) {
      const name = key.replace('anomalyReview.', '');
      for (const value of setting.enum ?? []) {
        const schema = ofEngine[name];
        expect([name, schema !== undefined]).toEqual([name, true]);
        if (leftToEngine.includes(`${name} ${value}`)) continue;
        expect([name, value, schema !== undefined && v.is(v.object({ it: schema }), { it: value })]).toEqual([
          name,
          value,
          true,
        ]);
      }
    }
  });

  it('knows every part of augmentation and denoising', () => {
    const { augment, denoise } = scanSettingsSchema.entries;
    const partsOf = (schema: v.GenericSchema) =>
      Object.keys(v.parse(v.object({ entries: v.looseObject({}) }), schema).entries).sort();
    const partsInEditor = (name: string) => properties[name]?.properties ?? {};
    expect(Object.keys(partsInEditor('anomalyReview.augment')).sort()).toEqual(partsOf(augment.wrapped));
    expect(Object.keys(partsInEditor('anomalyReview.denoise')).sort()).toEqual(partsOf(denoise.wrapped));
    expect(partsInEditor('anomalyReview.denoise')['kind']?.enum).toEqual(denoisingKinds);
  });

  it('shows its settings in groups, each setting in one, in the order in which they stand', () => {
    const orders = configuration.flatMap((group) => Object.keys(group.properties).map((key) => properties[key]?.order));
    expect(orders).toEqual(orders.map((_, place) => place + 1));
    expect(new Set(configuration.map(({ title }) => title)).size).toBe(configuration.length);
  });

  it('lets no workspace choose programs, backends or devices', () => {
    const engineSettings = Object.entries(properties).filter(([key]) => key.includes('.engine.'));
    expect(engineSettings.length).toBeGreaterThan(0);
    for (const [key, { scope }] of engineSettings) expect([key, scope]).toEqual([key, 'machine']);
    // A network that is run must be trusted as well, though a folder may have its own.
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort()).toEqual(
      ['anomalyReview.backbone', ...engineSettings.map(([key]) => key)].sort(),
    );
  });
});
