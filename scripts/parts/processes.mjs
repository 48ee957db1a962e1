/** Child processes of the scripts: run to the end, with what they print shown, kept or both. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { root } from './paths.mjs';

/**
 * Runs a command and resolves with its exit code and what it printed (both streams, in the order they came).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, log?: string, timeoutMs?: number }} [options]
 *   quiet: keep what it prints to ourselves; log: a file that gets it as well
 * @returns {Promise<{ code: number, output: string }>} code 124 when the time was up, 127 when it could not start
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const onWindows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: onWindows && /^(npm|npx)$/.test(command),
      detached: !onWindows,
    });
    let output = '';
    const log = options.log === undefined ? undefined : createWriteStream(options.log);
    const take = (/** @type {Buffer} */ data, /** @type {NodeJS.WriteStream} */ shown) => {
      output += data.toString();
      log?.write(data);
      if (options.quiet !== true) shown.write(data);
    };
    child.stdout.on('data', (data) => take(data, process.stdout));
    child.stderr.on('data', (data) => take(data, process.stderr));

    /** The whole group, so that no grandchild outlives its gate. */
    const endGroup = (/** @type {NodeJS.Signals} */ signal) => {
      if (child.pid === undefined) return;
      try {
        if (onWindows) child.kill(signal);
        else process.kill(-child.pid, signal);
      } catch {
        // Already gone.
      }
    };
    const forward = (/** @type {NodeJS.Signals} */ signal) => endGroup(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            endGroup('SIGTERM');
            setTimeout(() => endGroup('SIGKILL'), 10_000).unref();
          }, options.timeoutMs);

    const end = (/** @type {number} */ code) => {
      clearTimeout(timer);
      process.off('SIGINT', forward).off('SIGTERM', forward);
      if (timedOut) output += `\nThe time of ${String((options.timeoutMs ?? 0) / 1000)} s was up.\n`;
      const result = { code: timedOut ? 124 : code, output };
      if (log === undefined) resolve(result);
      else log.end(() => resolve(result));
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Ends the script with a sentence and no stack: what went wrong is known, and who reads this is a person.
 * @param {string} sentence @returns {never} */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
