/** From arguments to an exit status: every way a command can end comes through here. */
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { UserError, toErrorReport } from '../shared/errors';
import { verbs } from './commands';
import { programName } from './command-line';
import { exitStatus, statusOfError } from './exit-status';
import type { ExitStatus } from './exit-status';
import { typedOptions } from './options';
import { Output } from './output';
import type { Verb } from './verb';

/** Runs one command line (without the program's own name) and resolves to the process's exit status. */
export async function runCommandLine(
  args: readonly string[],
  output = new Output(wantsJson(args)),
): Promise<ExitStatus> {
  let status: ExitStatus = exitStatus.done;
  const program = new Command('anomaly-review')
    .description(
      'Find the odd images in a folder: an autoencoder is trained on it and ranks them. All of it stays here.',
    )
    .version(version)
    .exitOverride()
    // Errors are reported once, below.
    .configureOutput({
      writeOut: (text) => output.say(text.trimEnd()),
      writeErr: (text) => output.remark(text.trimEnd()),
      outputError: () => undefined,
    })
    .showSuggestionAfterError();
  for (const verb of verbs) {
    addVerb(program, verb, async (values, options) => {
      status = await verb.run(values, typedOptions(options), output);
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    status = reportFailure(error, output, args[0]);
  }
  await output.flush();
  return status;
}

function addVerb(program: Command, verb: Verb, action: (values: string[], options: unknown) => Promise<void>): void {
  const command = program.command(verb.name).description(verb.summary);
  verb.declare(command);
  command.option('--json', 'one JSON object a line on stdout');
  command.action(() => action(givenArguments(command), command.opts()));
}

function reportFailure(error: unknown, output: Output, given: string | undefined): ExitStatus {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitStatus.done;
    // Without a command commander has shown the help, which is the answer.
    if (error.code !== 'commander.help') {
      output.error({ code: 'settings-invalid', message: sentence(error.message, given) });
    }
    return exitStatus.wrongRequest;
  }
  const report = toErrorReport(error);
  output.error(report);
  if (!(error instanceof UserError) && error instanceof Error && error.stack) output.remark(error.stack);
  return statusOfError(report.code);
}

/** commander says "error: unknown option '--foo'"; ours are sentences. */
function sentence(message: string, given: string | undefined): string {
  const [problem = '', suggestion = ''] = message.replace(/^error: /, '').split('\n');
  const said = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${suggestion && ` ${suggestion}`}`;
  const verb = verbs.find(({ name }) => name === given);
  return `${said.replace(/\.$/, '')}. See ${[programName(), ...(verb ? [verb.name] : []), '--help'].join(' ')}.`;
}

/** In their declared order; those that may be left out and were are absent. */
function givenArguments(command: Command): string[] {
  return command.processedArgs
    .flat()
    .filter((value) => value !== undefined)
    .map(String);
}

function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--json');
}
