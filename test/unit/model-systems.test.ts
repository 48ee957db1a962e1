/** The presets, layer by layer, as their authors wrote them down; each line is a window with what follows it. */
import { describe, expect, it } from 'vitest';
import { choosePreset } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import type { LayerPlan } from '../../src/engine/model/plan';

function written({ layer, input, output }: LayerPlan): string {
  const channels = `${String(input[0])}→${String(output[0])}`;
  switch (layer.type) {
    case 'conv':
      return `; conv ${channels} k${String(layer.kernel)} s${String(layer.stride)} p${String(layer.padding)}`;
    case 'convTranspose': {
      const extra = layer.outputPadding > 0 ? ` op${String(layer.outputPadding)}` : '';
      return `; convT ${channels} k${String(layer.kernel)} s${String(layer.stride)} p${String(layer.padding)}${extra}`;
    }
    case 'linear':
      return `; lin ${channels}`;
    case 'resize':
      return layer.scale === undefined ? `; up ${String(layer.height)}` : `; ×${String(layer.scale)}`;
    case 'groupNorm':
      return ` gn ${String(layer.groups)}`;
    case 'batchNorm':
      return ' bn';
    case 'maxPool':
      return ` pool ${String(layer.kernel)}`;
    default:
      return ` ${layer.type}`;
  }
}

function parts(name: string): string[] {
  const preset = choosePreset(name);
  const { layers } = checkNetwork(preset.build(preset.exampleInput));
  const text = (part: string) =>
    layers
      .filter((layer) => layer.part === part)
      .map(written)
      .join('');
  return [text('encoder'), text('decoder')];
}

/** `3→4` becomes `conv 3→4` with the window and what follows; other steps stand for themselves. */
function steps(kind: string, rest: string, text: string): string {
  const each = text.split(' / ').map((step) => (/^\d+→\d+$/.test(step) ? `${kind} ${step} ${rest}` : step));
  return `; ${each.join('; ')}`;
}

const k3 = 'k3 s1 p1';
const c13 = `conv 3→32 ${k3} relu / conv 32→32 k3 s2 p1 relu / conv 32→64 ${k3} relu / conv 64→64 k3 s2 p1 relu / 64→128 / conv 128→128 k3 s2 p1`;
const doublings = '×2 / 128→64 / ×2 / 64→32 / ×2 / conv 32→3 k3 s1 p1 sigmoid';
const four = 'k4 s2 p1 bn leakyRelu';
const stridedIn = `conv 3→4 k7 s3 p0 bn leakyRelu / conv 4→8 k8 s4 p2 bn leakyRelu / 8→16 / 16→32 / conv 32→32 k4 s2 p1 bn tanh`;
const stridedOut = '32→24 / 24→12 / 12→8 / convT 8→4 k8 s4 p2 bn leakyRelu';
const k3relu = `${k3} relu`;

describe('presets are the networks of their systems', () => {
  it.each([
    [
      'cats-among-apples',
      steps(
        'conv',
        `${k3} gn 2 mish`,
        '3→4 / 4→4 / up 80 / 4→8 / 8→12 / up 60 / 12→16 / 16→20 / up 40 / 20→24 / 24→32 / up 20 / 32→40 / 40→48 / up 10 / 48→56 / 56→60 / up 3 / 60→64 / up 1 / conv 64→64 k3 s1 p1 gn 2 tanh',
      ),
      steps(
        'conv',
        `${k3} gn 2 mish`,
        '64→60 / up 2 / 60→56 / up 5 / 56→48 / 48→40 / 40→32 / up 10 / 32→24 / 24→20 / up 20 / 20→16 / 16→12 / up 40 / 12→8 / 8→6 / up 80 / 6→4 / 4→4 / up 100 / 4→4 / conv 4→3 k3 s1 p1 gn 1 tanh',
      ),
    ],
    [
      'strided-100',
      steps('conv', four, stridedIn),
      steps('convT', four, `${stridedOut} / convT 4→4 k7 s3 p0 bn leakyRelu / convT 4→3 k3 s1 p1 bn sigmoid`),
    ],
    [
      'strided-100-plain',
      steps('conv', four, stridedIn),
      steps('convT', four, `${stridedOut} / convT 4→3 k7 s3 p0 bn sigmoid`),
    ],
    [
      'resize-100',
      '; conv 3→4 k3 s1 p1 gn 2 mish; up 50; conv 4→8 k3 s1 p1 gn 2 mish; up 10; conv 8→16 k1 s1 p1 gn 4 mish; conv 16→32 k3 s1 p1 gn 8 mish; up 1; conv 32→32 k3 s1 p1 gn 8 tanh',
      '; convT 32→24 k3 s1 p1 gn 4 mish; up 5; convT 24→12 k3 s1 p1 gn 4 mish; up 10; convT 12→8 k3 s1 p1 gn 2 mish; up 40; convT 8→4 k3 s1 p1 gn 2 mish; up 80; convT 4→4 k3 s1 p1 gn 2 mish; up 100; convT 4→3 k3 s1 p1 gn 3 tanh',
    ],
    ['metal-spill-1', steps('conv', k3, c13), steps('conv', k3, `128→128 / ${doublings}`)],
    [
      'metal-spill-2',
      steps('conv', `${k3relu} pool 2`, '3→16 / 16→32 / 32→64 / conv 64→16 k1 s1 p0 relu'),
      steps('convT', 'k3 s2 p1 op1 relu', '16→64 / 64→32 / convT 32→3 k3 s2 p1 op1 sigmoid'),
    ],
    ['metal-spill-3', steps('conv', k3, c13), steps('conv', k3, doublings)],
    [
      'corrupted-digits',
      steps(
        'conv',
        k3relu,
        '1→16 / 16→16 / conv 16→16 k3 s2 p1 bn relu / 16→32 / 32→32 / conv 32→32 k3 s2 p1 bn relu / 32→64 / 64→64 / conv 64→64 k3 s1 p1 bn relu flatten / lin 3136→1024 relu / lin 1024→256 bn',
      ),
      steps(
        'conv',
        k3relu,
        'lin 256→1024 relu / lin 1024→3136 relu reshape / 64→64 / 64→64 / conv 64→32 k3 s1 p1 bn relu / up 14 / 32→32 / 32→32 / conv 32→16 k3 s1 p1 bn relu / up 28 / 16→16 / conv 16→16 k3 s1 p1 bn relu / conv 16→1 k1 s1 p0 sigmoid',
      ),
    ],
  ])('%s', (name, encoder, decoder) => {
    expect(parts(name)).toEqual([encoder, decoder]);
  });
});
