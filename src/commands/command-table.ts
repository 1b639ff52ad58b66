import { Command } from 'commander';
import type { CommandContext, DataLocation } from './context.js';
import type { StandardStreams } from './import.js';
import { checkRequiredOptionsLast } from './required-options';

type Environment = Readonly<Record<string, string | undefined>>;
type At = <Result>(work: (site: DataLocation) => Promise<Result>) => Promise<Result>;

/** What the commands use: nothing of it is loaded before one of them runs. */
interface Surroundings {
  readonly env: Environment;
  readonly terminal: StandardStreams;
  readonly print: (text: string) => void;
  /** The program, to which the commands are added. */
  readonly program: () => Command;
}

interface Entry {
  readonly name: string;
  readonly description: string;
  /** Loads the command's modules, which take up to half a second: only for the one that is named. */
  readonly load: (surroundings: Surroundings) => Promise<Command>;
}

/** Every command of `tagway`, in the order of its help. */
export const commandTable: readonly Entry[] = [
  {
    name: 'start',
    description: 'run a gateway that lasts, with the settings of the environment',
    load: async ({ env }) => (await import('./start.js')).startCommand(env),
  },
  {
    name: 'history',
    description: 'what became of the tags of an image or a project, of a running gateway',
    load: async ({ env, print }) => (await import('./remote/history.js')).historyCommand(env, print),
  },
  {
    name: 'watch',
    description: 'changes of tags as they happen, of a running gateway',
    load: async ({ env, print, terminal }) =>
      (await import('./remote/watch.js')).watchCommand(env, print, terminal.report),
  },
  {
    name: 'projects',
    description: 'projects, which own images and tags',
    load: async (given) => (await import('./directory-commands.js')).projectsCommand(identityOf(given)),
  },
  {
    name: 'users',
    description: 'users, who sign in with a password',
    load: async (given) => (await import('./directory-commands.js')).usersCommand(identityOf(given)),
  },
  {
    name: 'roles',
    description: 'what a user may do in a project',
    load: async (given) => (await import('./directory-commands.js')).rolesCommand(identityOf(given)),
  },
  {
    name: 'credentials',
    description: 'application credentials, for programs',
    load: async (given) => (await import('./credentials.js')).credentialsCommand(identityOf(given)),
  },
  {
    name: 'keys',
    description: 'access keys (AK/SK) for signed requests',
    load: async (given) => (await import('./keys.js')).keysCommand(identityOf(given)),
  },
  {
    name: 'token-key',
    description: 'the key that tokens are signed with',
    load: async (given) => (await import('./token-key.js')).tokenKeyCommand(identityOf(given)),
  },
  {
    name: 'master-key',
    description: 'the key that secrets are sealed with at rest',
    load: async (given) => (await import('./master-key.js')).masterKeyCommand(identityOf(given)),
  },
  {
    name: 'migrate',
    description: 'bring the database up to date, as every start of a gateway does, and do nothing else',
    load: async (given) =>
      (await import('./migrate.js')).migrateCommand(databaseOf(given, 'any'), given.print),
  },
  {
    name: 'doctor',
    description: 'check the machine and the settings, and say what is wrong and what to do; 0: all is well',
    load: async ({ env, print }) => (await import('./doctor/index.js')).doctorCommand(env, print),
  },
  {
    name: 'record',
    description: 'stand before a cloud as a proxy and write down what is asked and answered, without secrets',
    load: async ({ terminal }) => (await import('./record.js')).recordCommand(terminal.report),
  },
  {
    name: 'recording',
    description: 'make a seed or a list of calls of what "tagway record" wrote, or play it again and compare',
    load: async ({ env, print }) => (await import('./recording.js')).recordingCommand(env, print),
  },
  {
    name: 'export',
    description: 'write the whole database as lines of JSON, also while a gateway runs',
    load: async (given) =>
      (await import('./export.js')).exportCommand(databaseOf(given, 'made'), given.terminal),
  },
  {
    name: 'import',
    description: 'store what "tagway export" wrote in a database that has no data yet',
    load: async (given: Surroundings): Promise<Command> => {
      const masterKey = async (): Promise<string | null> => (await settingsOf(given)).masterKey;
      return (await import('./import.js')).importCommand(databaseOf(given, 'any'), given.terminal, masterKey);
    },
  },
  {
    name: 'completion',
    description: 'print a script by which a shell completes commands and options',
    load: async (given: Surroundings): Promise<Command> => {
      const whole = (): Promise<Command> => createProgram(given, () => true);
      return (await import('./completion/index.js')).completionCommand(given.print, whole);
    },
  },
];

/** The program with all commands, of which those `wanted` have their own subcommands and options. */
export async function createProgram(
  given: Surroundings,
  wanted: (name: string) => boolean,
): Promise<Command> {
  const program = given.program();
  for (const { name, description, load } of commandTable) {
    const command = wanted(name) ? await load(given) : new Command(name);
    program.addCommand(command.description(description));
  }
  checkRequiredOptionsLast(program);
  return program;
}

async function settingsOf({ env }: Surroundings) {
  const [{ dialects }, { readConfig }] = await Promise.all([
    import('../composition/dialects.js'),
    import('../settings/config.js'),
  ]);
  return readConfig(env, dialects);
}

function identityOf(given: Surroundings): (work: (place: CommandContext) => Promise<void>) => Promise<void> {
  return async (work) => {
    const { withIdentity } = await import('./context.js');
    await withIdentity(await settingsOf(given), given.print, work);
  };
}

function databaseOf(given: Surroundings, which: 'made' | 'any'): At {
  return async (work) => {
    const { withDatabase } = await import('./context.js');
    return withDatabase(await settingsOf(given), which, work);
  };
}
