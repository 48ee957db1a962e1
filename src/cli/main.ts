/** The command line's entry. */
import '../engine/language';
import { runCommandLine } from './program';

void runCommandLine(process.argv.slice(2)).then((status) => {
  // Threads of the native libraries would keep the process alive.
  process.exit(status);
});
