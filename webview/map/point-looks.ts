/** What each image's point looks like, and the legend that says so. */
import * as l10n from '@vscode/l10n';
import { isAboveLine } from '../model/flag-counts';
import type { PanelModel } from '../model/panel-model';
import type { MapColor } from '../model/view-state';
import type { PointLooks } from './painter';
import { pixelOf, type Palette, type Rgb } from './palette';
import { pointShapes, type PointShape } from './shapes';

export interface LegendEntry {
  readonly shape: PointShape;
  /** Absent where the colour tells the score. */
  readonly color?: Rgb;
  readonly text: string;
}

/** The ways to colour that this run has something for. */
export function colorsOf(model: PanelModel): readonly MapColor[] {
  return [
    'score',
    'review',
    ...(model.labels ? (['label'] as const) : []),
    ...(model.groupView.groups ? (['group'] as const) : []),
  ];
}

/** The wished one, or the score where there is nothing for it. */
export function colorOf(model: PanelModel): MapColor {
  const { color } = model.mapView.state;
  return colorsOf(model).includes(color) ? color : 'score';
}

type Kind = 'usual' | 'flagged' | 'bad' | 'good';

const kindShapes: Readonly<Record<Kind, PointShape>> = {
  usual: 'circle',
  flagged: 'triangle',
  bad: 'cross',
  good: 'diamond',
};
/** Groups take a colour and a shape each, so that no two of the most that there can be look the same. */
const groupShapes: readonly PointShape[] = ['circle', 'triangle', 'square', 'diamond', 'ring'];

const numberOf = (shape: PointShape) => pointShapes.indexOf(shape);

export function looksOf(model: PanelModel, palette: Palette): PointLooks {
  const images = model.snapshot?.paths.length ?? 0;
  const looks = {
    shape: new Uint8Array(images),
    color: new Uint32Array(images).fill(pixelOf(palette.faint)),
    layer: new Uint8Array(images).fill(1),
  };
  for (const index of model.list.items) looks.layer[index] = 2;
  switch (colorOf(model)) {
    case 'score':
    case 'review':
      paintKinds(model, palette, looks);
      break;
    case 'label':
      paintLabels(model, palette, looks);
      break;
    case 'group':
      paintGroups(model, palette, looks);
      break;
  }
  return looks;
}

export function legendOf(model: PanelModel, palette: Palette): readonly LegendEntry[] {
  const byScore = colorOf(model) === 'score';
  switch (colorOf(model)) {
    case 'score':
    case 'review': {
      const texts: Readonly<Record<Kind, string>> = {
        usual: l10n.t('not flagged'),
        flagged: l10n.t('flagged'),
        bad: l10n.t('marked bad'),
        good: l10n.t('marked good'),
      };
      return (['usual', 'flagged', 'bad', 'good'] as const).map((kind) => ({
        shape: kindShapes[kind],
        text: texts[kind],
        ...(!byScore && { color: kindColor(kind, palette) }),
      }));
    }
    case 'label':
      return [
        { shape: 'circle', color: palette.usual, text: l10n.t('labelled good') },
        { shape: 'triangle', color: palette.bad, text: l10n.t('labelled bad') },
        { shape: 'ring', color: palette.faint, text: l10n.t('no label') },
      ];
    case 'group':
      return (model.groupView.groups ?? []).map(({ alike }, place) => ({
        ...groupLook(place, palette),
        text: alike ? l10n.t('group {0}', place + 1) : l10n.t('like no other'),
      }));
  }
}

type Looks = { -readonly [Name in keyof PointLooks]: PointLooks[Name] };

/** Runs over all images in each frame of a threshold's drag, so everything is looked up beforehand. */
function paintKinds(model: PanelModel, palette: Palette, { shape, color, layer }: Looks): void {
  const { judged, axis, threshold, epochs } = model;
  const { decisions } = model.book;
  const column = (epochs.ranking ?? model.ranking)?.column;
  const scale = epochs.ranking ? epochs.axis : axis;
  const byScore = colorOf(model) === 'score';
  const ramp = palette.ramp.map((step) => pixelOf(step));
  const faint = pixelOf(palette.faint);
  const lookOf = (kind: Kind) => ({ shape: numberOf(kindShapes[kind]), pixel: pixelOf(kindColor(kind, palette)) });
  const kindLooks = { usual: lookOf('usual'), flagged: lookOf('flagged'), bad: lookOf('bad'), good: lookOf('good') };
  for (let index = 0; index < layer.length; index++) {
    if (layer[index] !== 2) continue;
    const flagged = judged !== undefined && isAboveLine(judged, index, threshold);
    const kind: Kind = (decisions.size > 0 ? decisions.get(index) : undefined) ?? (flagged ? 'flagged' : 'usual');
    const look = kindLooks[kind];
    shape[index] = look.shape;
    if (kind !== 'usual') layer[index] = 3;
    const score = column?.[index] ?? NaN;
    if (!byScore) color[index] = look.pixel;
    else color[index] = Number.isNaN(score) ? faint : (ramp[Math.round(scale.shareOf(score) * (ramp.length - 1))] ?? 0);
  }
}

function kindColor(kind: Kind, palette: Palette): Rgb {
  return { usual: palette.usual, flagged: palette.flag, bad: palette.bad, good: palette.good }[kind];
}

function paintLabels({ labels }: PanelModel, palette: Palette, { shape, color, layer }: Looks): void {
  for (let index = 0; index < layer.length; index++) {
    if (layer[index] !== 2) continue;
    const label = labels?.[index];
    if (label === 1) layer[index] = 3;
    shape[index] = numberOf(label === 1 ? 'triangle' : label === 0 ? 'circle' : 'ring');
    if (label === 0 || label === 1) color[index] = pixelOf(label === 1 ? palette.bad : palette.usual);
  }
}

function paintGroups({ groupView }: PanelModel, palette: Palette, { shape, color, layer }: Looks): void {
  groupView.groups?.forEach(({ images }, place) => {
    const look = groupLook(place, palette);
    for (const index of images) {
      if (layer[index] === 0) continue;
      shape[index] = numberOf(look.shape);
      color[index] = pixelOf(look.color);
      layer[index] = 3;
    }
  });
}

function groupLook(place: number, { groups, usual }: Palette): { shape: PointShape; color: Rgb } {
  return {
    shape: groupShapes[place % groupShapes.length] ?? 'circle',
    color: groups[place % groups.length] ?? usual,
  };
}
