/** The parts that are made for one system: whether they are there and can be loaded, found out before anything needs them. */
import * as l10n from '@vscode/l10n';
import { createRequire } from 'node:module';
import path from 'node:path';
import { UserError } from '../shared/errors';

const nativeParts = ['sharp', 'onnxruntime-node'] as const;

/**
 * Why nothing can work here: a package for another system, or one that lost a part. Undefined where all is well.
 * @param folder beside which the parts are looked for
 */
export function nativeProblem(folder = __dirname): UserError | undefined {
  const load = createRequire(path.join(folder, 'engine.js'));
  for (const part of nativeParts) {
    try {
      load(part);
    } catch (error) {
      const system = `${process.platform}-${process.arch}`;
      return new UserError(
        'not-supported',
        l10n.t(
          'Anomaly Review cannot work here: its part “{0}” for {1} is missing or cannot be loaded ({2}). This is often a package for another system. Uninstall it, install the one for {1}, and start anew.',
          part,
          system,
          firstLine(error),
        ),
        { cause: error },
      );
    }
  }
  return undefined;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n').find((line) => line.trim() !== '') ?? message).trim().slice(0, 300);
}
