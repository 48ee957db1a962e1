/** 1 − SSIM as a loss (Wang, Bovik, Sheikh and Simoncelli 2004), on values in 0..1. */
import { contrastConstant, luminanceConstant, ssimWindow } from '../ssim-window';
import type { Graph, Value } from './graph';
import type { LossGraph } from './losses';
import { add, divide, meanOver, multiply, reshape, subtract } from './operators/arithmetic';

/**
 * Means over all channels and all places where the window lies inside the image: 11×11 pixels of a Gaussian of
 * deviation 1.5, or the largest odd size that fits. Variances are those of the window itself (divided by 1, not
 * corrected). Both images are [batch, channels, height, width].
 */
export function addStructuralLoss(graph: Graph, reconstruction: Value, target: Value): LossGraph {
  const [batch = 1, channels = 1, height = 1, width = 1] = reconstruction.shape;
  const maps = [batch * channels, 1, height, width];
  const [x, y] = [reshape(graph, reconstruction, maps), reshape(graph, target, maps)];
  const weights = Float32Array.from(ssimWindow(height, width));
  const blur = (value: Value) => blurred(graph, value, weights, 0);
  const constant = (value: number) => graph.scalar(value);
  const double = (value: Value) => multiply(graph, value, constant(2));

  const [meanX, meanY] = [blur(x), blur(y)];
  const [squareX, squareY] = [multiply(graph, meanX, meanX), multiply(graph, meanY, meanY)];
  const meanProduct = multiply(graph, meanX, meanY);
  const sumOfVariances = subtract(
    graph,
    blur(add(graph, multiply(graph, x, x), multiply(graph, y, y))),
    add(graph, squareX, squareY),
  );
  const covariance = subtract(graph, blur(multiply(graph, x, y)), meanProduct);
  const luminance = add(graph, double(meanProduct), constant(luminanceConstant));
  const structure = add(graph, double(covariance), constant(contrastConstant));
  const brightness = add(graph, add(graph, squareX, squareY), constant(luminanceConstant));
  const contrast = add(graph, sumOfVariances, constant(contrastConstant));
  const divisor = multiply(graph, brightness, contrast);
  const similarity = divide(graph, multiply(graph, luminance, structure), divisor);
  const [, , rows = 1, columns = 1] = similarity.shape;
  const values = channels * rows * columns;
  const mean = meanOver(graph, reshape(graph, similarity, [batch, values]), [1]);
  return {
    perImage: reshape(graph, subtract(graph, constant(1), mean), [batch]),
    gradient(imageWeights) {
      // Through the three blurred maps of the reconstruction: its mean, its square and its product with the target.
      const throughSquare = divide(graph, similarity, contrast);
      const throughProduct = divide(graph, double(luminance), divisor);
      const throughMean = add(
        graph,
        divide(graph, multiply(graph, double(meanY), subtract(graph, structure, luminance)), divisor),
        multiply(graph, double(meanX), subtract(graph, throughSquare, divide(graph, similarity, brightness))),
      );
      const back = (value: Value) => blurred(graph, value, weights, weights.length - 1);
      const own = subtract(graph, back(throughMean), multiply(graph, double(x), back(throughSquare)));
      const gradient = add(graph, own, multiply(graph, y, back(throughProduct)));
      const share = multiply(graph, imageWeights, constant(-1 / values));
      return multiply(graph, reshape(graph, gradient, reconstruction.shape), share);
    },
  };
}

/** Rows, then columns. As the window is symmetric, the same with a border of window − 1 is the way back. */
function blurred(graph: Graph, maps: Value, weights: Float32Array, border: number): Value {
  const side = weights.length;
  const [count = 1, , height = 1, width = 1] = maps.shape;
  const [rows, columns] = [height + 2 * border - side + 1, width + 2 * border - side + 1];
  const along = graph.constant([1, 1, 1, side], weights);
  const down = graph.constant([1, 1, side, 1], weights);
  const narrower = graph.add('Conv', [maps, along], [count, 1, height, columns], {
    kernel_shape: [1, side],
    pads: [0, border, 0, border],
  });
  return graph.add('Conv', [narrower, down], [count, 1, rows, columns], {
    kernel_shape: [side, 1],
    pads: [border, 0, border, 0],
  });
}
