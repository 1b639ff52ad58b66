import { Command } from 'commander';
import { instantFromMicros, formatWholeSeconds } from '../core/clock';
import type { CommandContext } from './context';
import { listCommand, type ListOptions, printRows } from './directory';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

/** `tagway keys …`: pairs of access key and secret key for signed requests. */
export function keysCommand(run: Run): Command {
  const keys = new Command('keys');
  keys
    .command('create')
    .description('make a pair; its secret is shown this once')
    .requiredOption('--user <name>', 'the user who signs, by name or id')
    .requiredOption('--project <name>', 'the project that is worked in, by name or id')
    .option(
      '--all-projects',
      'good for every project of the user, where a signed X-Project-Id names it',
      false,
    )
    .option('--hours <number>', 'a temporary pair with a security token, good for so many hours')
    .action((options: Wanted) => run((place) => create(place, options)));
  keys.addCommand(
    listCommand('show every pair, without secrets').action((options: ListOptions) =>
      run((place) => list(place, options)),
    ),
  );
  switches(keys, run);
  keys
    .command('delete <access>')
    .description('delete a pair for good')
    .action((access: string) =>
      run(async ({ keys: { accessKeys }, print }) => {
        await accessKeys.delete(access);
        print(`${access} is deleted.`);
      }),
    );
  return keys;
}

/** `enable` and `disable`. */
function switches(keys: Command, run: Run): void {
  for (const [name, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    keys
      .command(`${name} <access>`)
      .description(`${name} a pair`)
      .action((access: string) =>
        run(async ({ keys: { accessKeys }, print }) => {
          await accessKeys.setEnabled(access, enabled);
          print(`${access} is ${name}d.`);
        }),
      );
  }
}

interface Wanted {
  readonly user: string;
  readonly project: string;
  readonly hours?: string;
  readonly allProjects: boolean;
}

async function create(
  { keys: { accessKeys, people }, print }: CommandContext,
  options: Wanted,
): Promise<void> {
  const user = await people.requireUser(options.user);
  const project = await people.requireProject(options.project);
  const reach = options.allProjects ? 'all-projects' : 'project';
  const made =
    options.hours === undefined
      ? await accessKeys.create(user.id, project.id, reach)
      : await accessKeys.createTemporary(user.id, project.id, inHours(options.hours), reach);
  print(`access key:     ${made.access}`);
  print(`secret key:     ${made.secret}`);
  if (made.securityToken !== null) print(`security token: ${made.securityToken}`);
  print(`project id:     ${project.id}`);
  print('The secret is not shown again.');
}

/** @throws Error listing accepted values */
function inHours(text: string): string {
  const hours = Number(text);
  if (!(hours > 0 && hours <= 8760)) throw new Error(`--hours takes a number up to 8760, not "${text}"`);
  return instantFromMicros(Math.round((Date.now() + hours * 3_600_000) * 1000));
}

async function list({ keys, print }: CommandContext, options: ListOptions): Promise<void> {
  const rows = (await keys.accessKeys.list()).map((key) => [
    key.access,
    key.enabled ? 'enabled' : 'disabled',
    key.temporary ? `until ${formatWholeSeconds(key.expiresAt ?? '')}` : 'permanent',
    key.userId,
    key.projectId,
    key.allProjects ? 'all of the user' : 'its own',
  ]);
  printRows(print, options, ['access key', 'state', 'validity', 'user id', 'project id', 'good for'], rows);
}
