import { Command } from 'commander';
import type { CommandContext } from './context';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

/** `tagway master-key …`: the key that seals secrets at rest. */
export function masterKeyCommand(run: Run): Command {
  const masterKey = new Command('master-key');
  masterKey
    .command('rotate')
    .description('make a new key in the state folder and seal every secret with it; stop the gateway before')
    .action(() =>
      run(async ({ reencrypt, folder, beside, print }) => {
        // It would keep the old key in memory, and could not read anything sealed with the new one.
        if (beside) throw new Error('a gateway runs on this state folder: stop it first');
        const rotation = folder.beginKeyRotation();
        const count = await reencrypt([rotation.oldKey], rotation.newKey);
        rotation.finish();
        print(`${String(count)} secrets are sealed with the new key. Start the gateway again.`);
      }),
    );
  return masterKey;
}
