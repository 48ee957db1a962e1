/** What took part in a run, for run.json and doctor. */
import { version as product } from '../../package.json';
import onnxruntime from 'onnxruntime-node/package.json';
import sharp from 'sharp';

export function versions(): Record<string, string> {
  return {
    'anomaly-review': product,
    node: process.versions.node,
    'onnxruntime-node': onnxruntime.version,
    sharp: sharp.versions.sharp,
    libvips: sharp.versions.vips,
    platform: `${process.platform}-${process.arch}`,
  };
}
