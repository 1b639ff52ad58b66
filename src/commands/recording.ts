import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Exchange } from '../recording/exchange';
import { readRecording } from '../recording/recording-file';
import { bindCallers, type SignedIn, findUserForUnknownCallers } from '../recording/replay/bindings';
import { expectedCalls } from '../recording/replay/calls';
import { ReplayBindings } from '../recording/replay/replay-bindings';
import { seedFromExchanges } from '../recording/replay/recorded-seed';
import { replayExchanges } from '../recording/replay/replay';
import { replayReport } from '../recording/replay/report';
import { readSeedFile, type Seed } from '../seed/seed-file';
import { withoutTrailingSlashes } from '../settings/base-url';
import { startTagway } from '../testing/start-tagway';
import { logIn } from './remote/session';

type Environment = Readonly<Record<string, string | undefined>>;
type Print = (text: string) => void;

interface ReplayOptions {
  readonly against?: string;
  readonly seed?: string;
  readonly cacert?: string;
}

/** `tagway recording …`: what a file of `tagway record` becomes. */
export function recordingCommand(env: Environment, print: Print): Command {
  const command = new Command('recording');
  command
    .command('seed')
    .description(
      'a seed file with the projects, users and earlier images that the recording shows; passwords are new',
    )
    .argument('<file>')
    .action(async (file: string) => {
      print(JSON.stringify(seedFromExchanges(await readRecording(file)), null, 2));
    });
  command
    .command('calls')
    .description('its calls as a list for journal.assertCalls')
    .argument('<file>')
    .action(async (file: string) => {
      print(JSON.stringify(expectedCalls(await readRecording(file)), null, 2));
    });
  addReplay(command, env, print);
  return command;
}

function addReplay(command: Command, env: Environment, print: Print): void {
  command
    .command('replay')
    .description('send its requests again and show which answers differ; 1: some do')
    .argument('<file>')
    .option(
      '--against <url>',
      'a gateway; without it, a fresh one that starts with the seed of the recording',
    )
    .option('--seed <file>', 'with --against: the seed that the gateway has, for its passwords and keys')
    .option('--cacert <file>', 'with --against: certificates of authorities for https')
    .addHelpText(
      'after',
      '\nWithout --seed, --against logs in with OS_USERNAME, OS_PASSWORD, … as openrc exports them, in place of all callers.',
    )
    .action(async (file: string, options: ReplayOptions) => {
      const exchanges = await readRecording(file);
      const isSame = await (options.against === undefined
        ? replayFresh(exchanges, print)
        : replayAgainst(options.against, exchanges, options, env, print));
      if (!isSame) process.exitCode = 1;
    });
}

async function replayFresh(exchanges: readonly Exchange[], print: Print): Promise<boolean> {
  const seed = seedFromExchanges(exchanges);
  const gateway = await startTagway({ seed });
  try {
    return await play(exchanges, { url: gateway.url, seed, ca: undefined }, {}, print);
  } finally {
    await gateway.stop();
  }
}

async function replayAgainst(
  against: string,
  exchanges: readonly Exchange[],
  { seed, cacert }: ReplayOptions,
  env: Environment,
  print: Print,
): Promise<boolean> {
  if (!URL.canParse(against) || !/^https?:\/\//.test(against))
    throw new Error(`${against} is not the URL of a gateway: give one such as http://127.0.0.1:9292`);
  const ca = cacert === undefined ? undefined : readFileSync(cacert, 'utf8');
  const content = seed === undefined ? null : readSeedFile(seed);
  return play(exchanges, { url: withoutTrailingSlashes(against), seed: content, ca }, env, print);
}

interface Place {
  readonly url: string;
  readonly seed: Seed | null;
  readonly ca: string | undefined;
}

/** @returns whether every answer is the recorded one */
async function play(
  exchanges: readonly Exchange[],
  { url, seed, ca }: Place,
  env: Environment,
  print: Print,
): Promise<boolean> {
  const correspondence = new ReplayBindings(exchanges);
  for (const name of ['BASE', 'IDENTITY']) correspondence.bind(name, url);
  correspondence.bind('HOST', new URL(url).host);
  const signIn = (projectId: string | null): Promise<SignedIn> => signInAt(url, seed, env, projectId);
  const keys = await bindCallers(exchanges, { seed, signIn }, correspondence);
  const outcome = await replayExchanges(exchanges, { url: new URL(url), ca, keys }, correspondence);
  print(replayReport(outcome, correspondence));
  return outcome.played.every(({ differences }) => differences.length === 0);
}

async function signInAt(
  url: string,
  seed: Seed | null,
  env: Environment,
  projectId: string | null,
): Promise<SignedIn> {
  const known = seed && findUserForUnknownCallers(seed, projectId);
  const credentials = known && {
    OS_USERNAME: known.user,
    OS_PASSWORD: known.password,
    OS_PROJECT_NAME: known.project,
    OS_DEFAULT_DOMAIN: 'default',
  };
  return logIn({ ...(credentials ?? env), OS_AUTH_URL: `${url}/v3` });
}
