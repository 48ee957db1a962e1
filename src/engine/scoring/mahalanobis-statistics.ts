/** The covariance models as statistics of a run, and distances by them. */
import type { Matrix, MatrixMultiplier, NamedTensors } from '../compute/backend';
import { mahalanobisDistances, type FittedMahalanobis } from './mahalanobis';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from './statistics-tensors';

export function packMahalanobis({ model, tookPart }: FittedMahalanobis): NamedTensors {
  return new Map([
    ['mean', vectorTensor(model.mean)],
    ['inverse-deviation', vectorTensor(model.inverseDeviation)],
    ['projection', matrixTensor(model.projection)],
    ['ridge', vectorTensor(Float32Array.of(model.ridge))],
    ['images', vectorTensor(Float32Array.of(model.images))],
    ['took-part', vectorTensor(Float32Array.from(tookPart))],
  ]);
}

function unpackMahalanobis(tensors: NamedTensors): FittedMahalanobis {
  const model = {
    mean: tensorNamed(tensors, 'mean').data,
    inverseDeviation: tensorNamed(tensors, 'inverse-deviation').data,
    projection: matrixNamed(tensors, 'projection'),
    ridge: tensorNamed(tensors, 'ridge').data[0] ?? 0,
    images: tensorNamed(tensors, 'images').data[0] ?? 0,
  };
  return { model, tookPart: Uint8Array.from(tensorNamed(tensors, 'took-part').data) };
}

/** @param sampleRows each row's place in the sample of the fit, −1 for one that is not in it */
export function distancesInSample(
  features: Matrix,
  sampleRows: Int32Array,
  statistics: NamedTensors,
  multiplier: MatrixMultiplier,
): Promise<Float32Array> {
  const { model, tookPart } = unpackMahalanobis(statistics);
  return mahalanobisDistances(model, features, multiplier, (row) => tookPart[sampleRows[row] ?? -1] === 1);
}
