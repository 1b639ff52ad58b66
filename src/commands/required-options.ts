import type { Command } from 'commander';

/**
 * Makes a command and its subcommands check required options last. Commander checks them first: it would call
 * `--upstream` missing when `--upstrem` was given, instead of naming the unknown option and the nearest known one.
 */
export function checkRequiredOptionsLast(command: Command): void {
  for (const subcommand of command.commands) checkRequiredOptionsLast(subcommand);
  const required = command.options.filter(({ mandatory }) => mandatory);
  for (const option of required) option.makeOptionMandatory(false);
  command.hook('preAction', () => {
    const missing = required.find((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing) command.error(`error: required option '${missing.flags}' not specified`);
  });
}
