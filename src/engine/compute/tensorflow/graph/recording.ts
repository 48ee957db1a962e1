/**
 * What operations a piece of work consists of, and which takes what of which: written down while TensorFlow.js runs it
 * once, one operation after the other.
 */
import type { NativeAttribute, NativeBackend, TensorFlow, TfTensor } from '../api';

/** Where an operation's input comes from; numbers are places in the recording's lists. */
export type Source =
  | { readonly from: 'input' | 'constant'; readonly at: number }
  /** The variable itself, or its value at the beginning of a run that does not change it. */
  | { readonly from: 'variable' | 'held'; readonly at: number }
  | { readonly from: 'operation'; readonly at: number; readonly output: number };

export interface Operation {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly Source[];
}

export type NumberType = 'float32' | 'int32' | 'bool';

/** What is the same in every run. */
export interface Constant {
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

export interface Recording {
  /** In the order in which they ran. */
  readonly operations: readonly Operation[];
  readonly constants: readonly Constant[];
  /** What every run is given anew, and what it changes from run to run: float32, of these shapes. */
  readonly inputs: readonly (readonly number[])[];
  readonly variables: readonly (readonly number[])[];
  /** What a run gives. */
  readonly results: readonly Source[];
}

/** A resource of the library's and the shape of what it holds. */
export interface Variable {
  readonly handle: TfTensor;
  readonly shape: readonly number[];
}

interface Given {
  /** Float32. */
  readonly inputs: readonly TfTensor[];
  readonly variables: readonly Variable[];
  /**
   * Float32 tensors that are the same in every run and so large that the library should not hold several copies, as it does
   * of constants: they become variables behind the others. All else that the work takes from outside of itself is constant.
   */
  readonly held?: readonly TfTensor[];
}

/**
 * Runs `work`, which must be over when it returns and may not look at values that come of its inputs or variables.
 * @param work tells what it gives
 */
export function record(
  tf: TensorFlow,
  { inputs, variables, held = [] }: Given,
  work: () => readonly TfTensor[],
): Recording {
  const notes = new Notes(tf.backend());
  for (const [at, { dataId }] of inputs.entries()) notes.sources.set(dataId, { from: 'input', at });
  for (const [at, { handle }] of variables.entries()) notes.sources.set(handle.dataId, { from: 'variable', at });
  for (const [at, { dataId }] of held.entries()) {
    notes.sources.set(dataId, { from: 'held', at: variables.length + at });
  }
  const results: Source[] = [];
  notes.take(() => {
    // Nothing comes back through `tidy`, which keeps what it is given.
    tf.tidy(() => {
      results.push(...work().map((tensor) => notes.sourceOf(tensor)));
    });
  });
  const { operations, constants } = notes;
  return {
    operations,
    constants,
    results,
    inputs: inputs.map(({ shape }) => shape),
    variables: [...variables, ...held].map(({ shape }) => shape),
  };
}

class Notes {
  readonly operations: Operation[] = [];
  readonly constants: Constant[] = [];
  /** By the library's own name of a tensor's data, which several tensors may share. */
  readonly sources = new Map<object, Source>();

  constructor(private readonly backend: NativeBackend) {}

  /** TensorFlow.js passes everything through the backend's functions, which are its own again when `work` is over. */
  take(work: () => void): void {
    const { backend } = this;
    const single = backend.executeSingleOutput.bind(backend);
    const multiple = backend.executeMultipleOutputs.bind(backend);
    const read = backend.readSync.bind(backend);
    backend.executeSingleOutput = (name, attributes, inputs) => {
      const operation = this.operation(name, attributes, inputs);
      const output = single(name, attributes, inputs);
      this.made(operation, [output]);
      return output;
    };
    backend.executeMultipleOutputs = (name, attributes, inputs, count) => {
      const operation = this.operation(name, attributes, inputs);
      const outputs = multiple(name, attributes, inputs, count);
      this.made(operation, outputs);
      return outputs;
    };
    backend.readSync = (dataId) => {
      const source = this.sources.get(dataId);
      if (source !== undefined && source.from !== 'constant') {
        throw new Error('What is recorded looks at a value, which would be the same in every run.');
      }
      return read(dataId);
    };
    try {
      work();
    } finally {
      // Those of its class show again.
      for (const name of ['executeSingleOutput', 'executeMultipleOutputs', 'readSync']) {
        Reflect.deleteProperty(backend, name);
      }
    }
  }

  sourceOf(tensor: TfTensor): Source {
    const known = this.sources.get(tensor.dataId);
    if (known !== undefined) return known;
    const source = { from: 'constant', at: this.constants.length } as const;
    this.constants.push(this.constant(tensor));
    this.sources.set(tensor.dataId, source);
    return source;
  }

  private operation(name: string, attributes: readonly NativeAttribute[], inputs: readonly TfTensor[]): Operation {
    return { name, attributes: [...attributes], inputs: inputs.map((tensor) => this.sourceOf(tensor)) };
  }

  private made(operation: Operation, outputs: readonly TfTensor[]): void {
    const at = this.operations.push(operation) - 1;
    for (const [output, { dataId }] of outputs.entries()) this.sources.set(dataId, { from: 'operation', at, output });
  }

  private constant({ dataId, dtype, shape }: TfTensor): Constant {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new Error(`A constant of type ${dtype} cannot be recorded.`);
    }
    return { type: dtype, shape: [...shape], values: this.backend.readSync(dataId).slice() };
  }
}
