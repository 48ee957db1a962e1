/** Node 23 took functions away that TensorFlow.js calls; in a file of its own, as what is loaded stays loaded. */
import util from 'node:util';
import { expect, it } from 'vitest';
import { TensorFlowBackend } from '../../../src/engine/compute/tensorflow/backend';
import { prepareTensorFlow } from '../../fixtures/prepared-tensorflow';

const { folder, missing } = await prepareTensorFlow();
/** Of these TensorFlow.js 4 calls the first two. */
const takenAway = ['isNullOrUndefined', 'isArray', 'isNumber', 'isString'];

it.skipIf(missing !== undefined)(
  `TensorFlow computes on a Node.js without the functions that Node 23 took away${missing === undefined ? '' : `, skipped: ${missing}`}`,
  async () => {
    for (const name of takenAway) Reflect.deleteProperty(util, name);
    expect(Object.keys(util).filter((name) => takenAway.includes(name))).toEqual([]);
    expect(await new TensorFlowBackend(folder, 1).selfTest()).toMatchObject({ passed: true });
    expect(Object.keys(util)).not.toContain('isString');
  },
);
