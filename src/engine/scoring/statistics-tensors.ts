/** Fitted statistics as named tensors, the one form in which a run keeps numbers. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { Matrix, NamedTensors, Tensor } from '../compute/backend';

export function vectorTensor(data: Float32Array): Tensor {
  return { shape: [data.length], data };
}

export function matrixTensor({ rows, columns, data }: Matrix): Tensor {
  return { shape: [rows, columns], data };
}

/** @throws UserError `run-invalid` when the run's statistics lack it */
export function tensorNamed(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor) return tensor;
  throw new UserError('run-invalid', l10n.t('The run\'s statistics lack "{0}". Scan again to make them anew.', name));
}

export function matrixNamed(tensors: NamedTensors, name: string): Matrix {
  const { shape, data } = tensorNamed(tensors, name);
  return { rows: shape[0] ?? 0, columns: shape[1] ?? 0, data };
}

/** Several groups in one set, `group/name`. */
export function joinGroups(groups: ReadonlyMap<string, NamedTensors>): NamedTensors {
  const joined = new Map<string, Tensor>();
  for (const [group, tensors] of groups) for (const [name, tensor] of tensors) joined.set(`${group}/${name}`, tensor);
  return joined;
}

export function groupNamed(tensors: NamedTensors, group: string): NamedTensors {
  const prefix = `${group}/`;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
