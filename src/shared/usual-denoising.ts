/** How often and how strong a corruption is where only its kind was said: a picture is still recognised. */
import type { DenoisingSettings } from './settings';

export const usualDenoising: Readonly<Record<DenoisingSettings['kind'], Omit<DenoisingSettings, 'kind'>>> = {
  mask: { probability: 0.5, amount: 0.5 },
  gaussian: { probability: 0.5, amount: 0.1 },
  'salt-and-pepper': { probability: 0.5, amount: 0.05 },
  coarse: { probability: 0.5, amount: 0.2 },
  erase: { probability: 0.5, amount: 0.3 },
};
