/** What the network is and what it sees. */
import { resolve } from 'node:path';
import { arrayLayouts, arrayRanges, resizeModes } from '../../shared/settings';
import { number, numbers, oneOf, text, WrongText, type SettingOption } from './option';

export const networkOptions: readonly SettingOption[] = [
  {
    name: 'preset',
    argument: 'NAME',
    key: 'preset',
    help: 'the network (auto: by image size and count); `models` lists them',
    expects: 'a name that `anomaly-review models` lists',
    read: text,
  },
  {
    name: 'model',
    argument: 'FILE',
    key: 'modelFile',
    help: 'a network specification as JSON, instead of a preset',
    expects: 'the path of a JSON file',
    read: (written) => resolve(written),
  },
  {
    name: 'latent',
    argument: 'N',
    key: 'latent',
    help: 'length of the latent vector, for presets that leave it open (their own)',
    expects: 'a whole number from 1 to 65536',
    read: number,
  },
  {
    name: 'resize',
    argument: resizeModes.join('|'),
    key: 'resize',
    help: 'how maps are enlarged, for presets that leave it open (nearest)',
    expects: oneOf(resizeModes),
    read: text,
  },
  {
    name: 'size',
    argument: 'N',
    key: 'imageSize',
    help: 'side length in pixels of what the network sees (by the images)',
    expects: 'a whole number from 4 to 512',
    read: number,
  },
  {
    name: 'color',
    argument: 'rgb|gray|auto',
    key: 'color',
    help: 'what the network sees of the colours (auto)',
    expects: 'one of auto, rgb, gray',
    read: text,
  },
  {
    name: 'roi',
    argument: 'x0,y0,x1,y1',
    key: 'roi',
    help: 'look at this part of each image only, as fractions of width and height',
    expects: 'four fractions x0,y0,x1,y1 with x0 < x1 and y0 < y1, such as 0.1,0,0.9,1',
    read: region,
  },
  {
    name: 'backbone',
    argument: 'FILE',
    key: 'backbone',
    help: 'a pretrained image network as an ONNX file; its activations join the scores (none)',
    expects: 'the path of an ONNX file',
    read: (written) => resolve(written),
  },
  {
    name: 'backbone-size',
    argument: 'N',
    key: 'backboneSize',
    help: 'side in pixels of the images the backbone takes (as its file says)',
    expects: 'a whole number from 8 to 1024',
    read: number,
  },
  {
    name: 'backbone-mean',
    argument: 'R,G,B',
    key: 'backboneMean',
    help: 'taken off the values, 0 to 1, that the backbone is given (as its file says)',
    expects: 'one number or three, such as 0.485,0.456,0.406',
    read: channelNumbers,
  },
  {
    name: 'backbone-std',
    argument: 'R,G,B',
    key: 'backboneStd',
    help: 'what they are divided by then (as its file says)',
    expects: 'one number or three above 0, such as 0.229,0.224,0.225',
    read: channelNumbers,
  },
  {
    name: 'array-layout',
    argument: arrayLayouts.join('|'),
    key: 'arrayLayout',
    help: 'where the channels of an array stand (told from its shape)',
    expects: oneOf(arrayLayouts),
    read: text,
  },
  {
    name: 'array-range',
    argument: arrayRanges.join('|'),
    key: 'arrayRange',
    help: 'what black and white are in an array (told from its values)',
    expects: oneOf(arrayRanges),
    read: text,
  },
];

function channelNumbers(written: string): number[] {
  return numbers(written, written.includes(',') ? 3 : 1);
}

function region(written: string): number[] {
  const found = numbers(written, 4);
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = found;
  if (x0 >= x1 || y0 >= y1) throw new WrongText(written);
  return found;
}
