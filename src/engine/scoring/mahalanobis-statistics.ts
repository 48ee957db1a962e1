/** The covariance models as statistics of a run, and distances by them. */
import type { Matrix, MatrixMultiplier, NamedTensors } from '../compute/backend';
import { replaceOwnDistances } from './leave-one-out';
import { mahalanobisDistances, type FittedMahalanobis } from './mahalanobis';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from './statistics-tensors';

export function packMahalanobis({ model, leaveOneOut }: FittedMahalanobis): NamedTensors {
  return new Map([
    ['mean', vectorTensor(model.mean)],
    ['inverse-deviation', vectorTensor(model.inverseDeviation)],
    ['projection', matrixTensor(model.projection)],
    ['ridge', vectorTensor(Float32Array.of(model.ridge))],
    ['leave-one-out', vectorTensor(leaveOneOut)],
  ]);
}

function unpackMahalanobis(tensors: NamedTensors): FittedMahalanobis {
  const model = {
    mean: tensorNamed(tensors, 'mean').data,
    inverseDeviation: tensorNamed(tensors, 'inverse-deviation').data,
    projection: matrixNamed(tensors, 'projection'),
    ridge: tensorNamed(tensors, 'ridge').data[0] ?? 0,
  };
  return { model, leaveOneOut: tensorNamed(tensors, 'leave-one-out').data };
}

/** @param sampleRows each row's place in the sample of the fit, −1 for one that is not in it */
export async function distancesInSample(
  features: Matrix,
  sampleRows: Int32Array,
  statistics: NamedTensors,
  multiplier: MatrixMultiplier,
): Promise<Float32Array> {
  const { model, leaveOneOut } = unpackMahalanobis(statistics);
  const distances = await mahalanobisDistances(model, features, multiplier);
  return replaceOwnDistances(distances, leaveOneOut, sampleRows);
}
