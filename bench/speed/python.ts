/** Finds or makes a Python that has PyTorch. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * ANOMALY_REVIEW_PYTHON names an interpreter with torch; else a virtual environment with PyTorch for CPUs is made once
 * in .cache/bench-python.
 */
export function pythonWithTorch(root: string): string {
  const named = process.env['ANOMALY_REVIEW_PYTHON'];
  if (named !== undefined && named !== '') return named;
  const folder = join(root, '.cache', 'bench-python');
  const [scripts, executable] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = join(folder, scripts, executable);
  if (!existsSync(python)) {
    mkdirSync(join(root, '.cache'), { recursive: true });
    const show = { stdio: 'inherit' } as const;
    execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], show);
    execFileSync(python, ['-m', 'pip', 'install', 'torch', 'numpy'], show);
  }
  return python;
}
