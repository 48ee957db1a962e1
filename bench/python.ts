/** Pythons that the benches measure others with, each with packages of its own. */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * A virtual environment with these packages under .cache, made once. What is printed meanwhile goes to standard error.
 * Throws when it cannot be made; nothing is left of it then.
 */
export function pythonWith(packages: readonly string[], root: string, name: string): string {
  const folder = path.join(root, '.cache', name);
  const [scripts, executable] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = path.join(folder, scripts, executable);
  if (existsSync(python)) return python;
  mkdirSync(path.dirname(folder), { recursive: true });
  const show: ExecFileSyncOptions = { stdio: ['ignore', 2, 'inherit'] };
  try {
    execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], show);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], show);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return python;
}

/** ANOMALY_REVIEW_PYTHON names an interpreter with torch; else one with PyTorch for CPUs is made. */
export function pythonWithTorch(root: string): string {
  const named = process.env['ANOMALY_REVIEW_PYTHON'];
  return named !== undefined && named !== '' ? named : pythonWith(['torch', 'numpy'], root, 'bench-python');
}
