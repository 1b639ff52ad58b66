import type { Command } from 'commander';

export interface CompletionOption {
  /** `--user`, `-V` */
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
}

/** A command with what may follow it. */
export interface CommandNode {
  /** Names from the program's first command on; none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly children: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletionOption[];
}

/** The command and all below it, each once; parents first. */
export function flattenCommands(command: Command, path: readonly string[] = []): readonly CommandNode[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command);
  const options = help.visibleOptions(command).flatMap(({ long, short, description, required, optional }) => {
    const flag = long ?? short;
    return flag === undefined ? [] : [{ flag, description, takesValue: required || optional }];
  });
  const node = {
    path,
    description: command.description(),
    children: children.map((child) => ({ name: child.name(), description: child.description() })),
    options,
  };
  // The implied `help` takes the names of the others.
  const below = command.commands.flatMap((child) => flattenCommands(child, [...path, child.name()]));
  return [node, ...below];
}
