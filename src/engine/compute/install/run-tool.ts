/** Runs another program to its end. */
import * as l10n from '@vscode/l10n';
import { spawn } from 'node:child_process';
import { UserError } from '../../../shared/errors';

export interface ToolOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/** How much of what a failed program said is shown. */
const tailLength = 600;

/** A program that is not there. */
export class ToolMissing extends Error {}

/**
 * @throws {@link ToolMissing}, UserError `cancelled`, or `backend-unavailable` with the end of what the program said
 */
export async function runTool(tool: string, args: readonly string[], options: ToolOptions): Promise<void> {
  const { folder, signal, environment } = options;
  throwIfCancelled(signal);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(tool, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-tailLength)));
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') return;
      reject(error.code === 'ENOENT' ? new ToolMissing(tool) : error);
    });
    child.on('close', (code, ended) => {
      const how = code === null ? `was ended by ${ended ?? 'a signal'}` : `ended with status ${code}`;
      if (signal.aborted) reject(cancelled());
      else if (code === 0) resolve();
      else reject(new UserError('backend-unavailable', `${tool} ${how}: ${said.trim() || 'it said nothing'}`));
    });
  });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

function cancelled(): UserError {
  return new UserError('cancelled', l10n.t('The installation was cancelled; nothing was changed.'));
}
