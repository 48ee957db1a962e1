/** A tensor that the native library keeps and changes in place: a weight, or what an optimizer remembers of it. */
import type { TensorFlow, TfTensor } from './api';
import type { Variable } from './graph/recording';
import { attributes } from './native';

/** The library's own word for a variable that nothing else can name, and that is gone with its handle. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

export class StoredTensor implements Variable {
  readonly handle: TfTensor;
  readonly shape: Variable['shape'];

  /** @param value is copied where it is used elsewhere, too */
  constructor(
    private readonly tf: TensorFlow,
    value: TfTensor,
  ) {
    const { binding } = tf.backend();
    this.shape = value.shape;
    const shape = { name: 'shape', type: binding.TF_ATTR_SHAPE, value: value.shape };
    const named = attributes(tf, { container: '', shared_name: anonymous }, ['dtype']);
    this.handle = tf.keep(tf.backend().executeSingleOutput('VarHandleOp', [...named, shape], []));
    this.assign(value);
  }

  /** The value now. It should be disposed of before the next change, which otherwise begins with a copy. */
  read(): TfTensor {
    return this.tf.backend().executeSingleOutput('ReadVariableOp', attributes(this.tf, {}, ['dtype']), [this.handle]);
  }

  assign(value: TfTensor): void {
    this.tf
      .backend()
      .executeMultipleOutputs('AssignVariableOp', attributes(this.tf, {}, ['dtype']), [this.handle, value], 0);
  }

  /** Becomes what `work` makes of it. */
  change(work: (value: TfTensor) => TfTensor): void {
    this.tf.tidy(() => this.assign(work(this.read())));
  }

  dispose(): void {
    this.handle.dispose();
  }

  /** An update of the library's own, that changes `all` in place. */
  static update(tf: TensorFlow, operation: string, all: readonly StoredTensor[], numbers: readonly TfTensor[]): void {
    const handles = all.map(({ handle }) => handle);
    tf.backend().executeMultipleOutputs(operation, attributes(tf, {}), [...handles, ...numbers], 0);
  }
}
