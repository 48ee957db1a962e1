/** Why TensorFlow computes on the processor where a GPU might have been expected. */
import * as l10n from '@vscode/l10n';
import { hardwareMissing } from '../graphics-adapter';
import type { Variant } from '../install/variant';

/** @returns the end of a sentence, without its full stop */
export function whyNoGpu(variant: Variant): string {
  if (variant === 'cpu') {
    return l10n.t(
      'it was installed for the processor alone; for CUDA remove it, then: anomaly-review backend install tensorflow --gpu',
    );
  }
  const missing = hardwareMissing('cuda');
  if (missing !== undefined) return l10n.t('it was installed for CUDA, but lists no GPU: {0}', missing);
  return l10n.t(
    'it was installed for CUDA, but lists no GPU, though there is an NVIDIA driver: that may be older than CUDA 12 needs (525), or the GPU is hidden from this process (CUDA_VISIBLE_DEVICES); with TF_CPP_MIN_LOG_LEVEL=0 TensorFlow says more',
  );
}
