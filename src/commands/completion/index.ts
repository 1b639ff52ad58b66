import { Argument, Command } from 'commander';
import { completionScripts } from './shells';
import { flattenCommands } from './tree';

/**
 * `tagway completion <shell>`: a script that completes commands and options in that shell.
 * @param whole the program with every command loaded
 */
export function completionCommand(print: (text: string) => void, whole: () => Promise<Command>): Command {
  return new Command('completion')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      '\nbash: source <(tagway completion bash)   zsh: source <(tagway completion zsh)   fish: tagway completion fish | source',
    )
    .action(async (shell: string) => {
      const script = completionScripts[shell]?.(flattenCommands(await whole())) ?? '';
      print(script.trimEnd());
    });
}
