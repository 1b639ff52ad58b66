import { Command } from 'commander';
import type { CommandContext } from './context';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

/** `tagway token-key …`: the keys that sign tokens. */
export function tokenKeyCommand(run: Run): Command {
  const tokenKey = new Command('token-key');
  tokenKey
    .command('rotate')
    .description('sign with a new key; tokens of the older ones stay good until they end')
    .action(() =>
      run(async ({ identity, beside, print }) => {
        await identity.tokenKeys.rotate();
        print('There is a new key.');
        if (beside) print('A running gateway signs with it within a minute, and takes its tokens at once.');
      }),
    );
  return tokenKey;
}
