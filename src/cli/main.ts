/** The command line's entry. */
import { endOnInterrupt } from './interrupt';
import '../engine/language';
import { nativeProblem } from '../engine/native-parts';
import { exitStatus } from './exit-status';

endOnInterrupt();
// Should nothing be left to wait for before the work has ended, its silence must not pass for success.
process.exitCode = exitStatus.broken;
void start().then((status) => {
  // Threads of the native libraries would keep the process alive.
  process.exit(status);
});

async function start(): Promise<number> {
  const problem = nativeProblem();
  if (problem) {
    process.stderr.write(`${problem.message}\n`);
    return exitStatus.broken;
  }
  // Not before it is known that what it loads can be loaded.
  const { runCommandLine } = await import('./program');
  return runCommandLine(process.argv.slice(2));
}
