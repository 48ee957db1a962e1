/** Everything that is computed of images when a trained run is scored anew. */
import { OnnxMatrixMultiplier } from '../compute/onnx/matrix';
import { openRunBackbone } from './backbone';
import { rankByBaseline } from './baseline';
import { threadsOf } from './capacity';
import { chooseCompute, type Compute } from './compute';
import { ignoreAreas } from './ignored-areas';
import type { ScanImages } from './images';
import type { TrainedModel } from './model-files';
import { scoreTrained, scoringTrial } from './score-trained';
import type { Stage } from './stage';

/**
 * Every score of the images with the areas of the run of `stage`; resolves to what computed them.
 * @throws UserError `run-invalid` when the run's backbone is another file by now
 */
export async function scoreAnew(stage: Stage, images: ScanImages, network: TrainedModel): Promise<Compute> {
  const { record } = stage.run;
  const backbone = record.backbone && (await openRunBackbone(stage, record));
  const multiplier = new OnnxMatrixMultiplier('cpu', threadsOf(record));
  try {
    const read = await ignoreAreas(stage, images);
    const baseline = await rankByBaseline(stage, read, multiplier);
    const compute = await chooseCompute(stage, scoringTrial(stage, network.spec));
    await scoreTrained({ ...stage, multiplier, backbone }, read, compute, network, baseline);
    return compute;
  } finally {
    await multiplier.dispose();
    await backbone?.dispose();
  }
}
