import { Command } from 'commander';
import { instantFromMicros, formatWholeSeconds } from '../core/clock';
import { formatTextTable, type CommandContext } from './context';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

interface Wanted {
  readonly user: string;
  readonly project: string;
  readonly role: string[];
  readonly days?: string;
}

/** `tagway credentials …`: application credentials, which let a program act for a user in one project. */
export function credentialsCommand(run: Run): Command {
  const credentials = new Command('credentials');
  credentials
    .command('create <name>')
    .description('make one; its secret is shown this once')
    .requiredOption('--user <name>', 'for whom it acts, by name or id')
    .requiredOption('--project <name>', 'where it acts, by name or id')
    .requiredOption('--role <role...>', 'what it may do: some of the roles that the user has there')
    .option('--days <number>', 'good for so many days')
    .action((name: string, wanted: Wanted) => run((place) => create(place, name, wanted)));
  credentials
    .command('list <user>')
    .description('show those of a user, without secrets')
    .action((user: string) => run((place) => list(place, user)));
  credentials
    .command('delete <user> <id>')
    .description('delete one; tokens that were got with it end')
    .action((name: string, id: string) =>
      run(async ({ identity, print }) => {
        const user = await identity.directory.requireUser(name);
        await identity.applicationCredentials.remove(user.id, id);
        print(`${id} is deleted.`);
      }),
    );
  return credentials;
}

async function create({ identity, print }: CommandContext, name: string, wanted: Wanted): Promise<void> {
  const user = await identity.directory.requireUser(wanted.user);
  const project = await identity.directory.requireProject(wanted.project);
  const { credential, secret } = await identity.applicationCredentials.arrange(
    { userId: user.id, projectId: project.id },
    { name, roles: wanted.role, expiresAt: wanted.days === undefined ? null : inDays(wanted.days) },
  );
  print(`id:     ${credential.id}`);
  print(`secret: ${secret}`);
  print('The secret is not shown again.');
}

async function list({ identity, print }: CommandContext, name: string): Promise<void> {
  const user = await identity.directory.requireUser(name);
  const rows = (await identity.applicationCredentials.listOf(user.id)).map((one) => [
    one.id,
    one.name,
    one.projectId,
    one.expiresAt === null ? 'for good' : `until ${formatWholeSeconds(one.expiresAt)}`,
    one.roles.join(', '),
  ]);
  print(formatTextTable(['id', 'name', 'project id', 'validity', 'roles'], rows));
}

/** @throws Error listing accepted values */
function inDays(text: string): string {
  const days = Number(text);
  if (!(days > 0 && days <= 3660)) throw new Error(`--days takes a number up to 3660, not "${text}"`);
  return instantFromMicros(Math.round((Date.now() + days * 86_400_000) * 1000));
}
