import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { CommandContext } from './context';
import {
  assignmentsCommand,
  deleteEntity,
  entityListCommand,
  resolveRole,
  roleListCommand,
} from './directory';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

/** `tagway projects …` */
export function projectsCommand(run: Run): Command {
  const projects = new Command('projects');
  projects
    .command('create <name>')
    .description('make a project')
    .option('--id <id>', '32 hexadecimal digits; made up when not given')
    .action((name: string, { id }: { id?: string }) =>
      run(async ({ identity, print }) => {
        const project = await identity.directory.createProject({ name, id });
        print(`project ${project.name} has the id ${project.id}`);
      }),
    );
  projects.addCommand(entityListCommand('project', run));
  projects
    .command('delete <project>')
    .description('delete a project with its roles and access keys')
    .option('--leave-images', 'also one that owns images: they stay, and admins alone find them')
    .action((name: string, options: LeaveOption) => run((place) => deleteProject(place, name, options)));
  return projects;
}

interface LeaveOption {
  readonly leaveImages?: true;
}

async function deleteProject(
  place: CommandContext,
  name: string,
  { leaveImages }: LeaveOption,
): Promise<void> {
  const project = await place.identity.directory.requireProject(name);
  if (!leaveImages && (await place.ownsImages(project.id))) {
    throw new Error(`the project ${project.name} owns images: delete those first, or give --leave-images`);
  }
  await deleteEntity(place, 'project', project.id);
  place.print(`The project ${project.name} is deleted.`);
}

/** `tagway users …` */
export function usersCommand(run: Run): Command {
  const users = new Command('users');
  const withPassword = (command: string): Command =>
    users.command(command).option('--password-stdin', 'read the password from standard input');
  withPassword('create <name>')
    .description('make a user; without --password-stdin the password is made up and shown this once')
    .action((name: string, options: PasswordOption) =>
      run(({ identity, print }) =>
        choosePassword(options, print, async (password) => {
          const user = await identity.directory.createUser({ name, password });
          print(`user ${user.name} has the id ${user.id}`);
        }),
      ),
    );
  withPassword('password <user>')
    .description('change a password; tokens made before stop counting')
    .action((name: string, options: PasswordOption) =>
      run(({ identity, print }) =>
        choosePassword(options, print, async (password) => {
          const user = await identity.directory.requireUser(name);
          await identity.directory.setPassword(user.id, password);
          print(`The password of ${user.name} is changed.`);
        }),
      ),
    );
  for (const state of ['disable', 'enable'] as const) users.addCommand(stateCommand(run, state));
  users.addCommand(entityListCommand('user', run));
  users
    .command('delete <user>')
    .description('delete a user with roles, access keys and application credentials; tokens end')
    .action((name: string) =>
      run(async (place) => {
        const user = await place.identity.directory.requireUser(name);
        await deleteEntity(place, 'user', user.id);
        place.print(`The user ${user.name} is deleted.`);
      }),
    );
  return users;
}

function stateCommand(run: Run, state: 'disable' | 'enable'): Command {
  return new Command(state)
    .argument('<user>')
    .description(`${state} a user`)
    .action((name: string) =>
      run(async ({ identity, print }) => {
        const user = await identity.directory.requireUser(name);
        await identity.directory.setUserEnabled(user.id, state === 'enable');
        print(`${user.name} is ${state}d.`);
      }),
    );
}

/** `tagway roles …` */
export function rolesCommand(run: Run): Command {
  const roles = new Command('roles');
  roles
    .command('set <user> <project> [roles...]')
    .description(
      'give these roles and no others: reader, member, admin; none takes the user out of the project',
    )
    .action((userName: string, projectName: string, names: string[]) =>
      run(async ({ identity, print }) => {
        const user = await identity.directory.requireUser(userName);
        const project = await identity.directory.requireProject(projectName);
        await identity.directory.setRoles(project.id, user.id, names);
        print(`${user.name} has in ${project.name}: ${names.length > 0 ? names.join(', ') : 'nothing'}`);
      }),
    );
  roles.addCommand(roleListCommand(run)).addCommand(assignmentsCommand(run));
  roles
    .command('delete <role>')
    .description('delete a role, and take it from all who have it')
    .action((name: string) =>
      run(async (place) => {
        const role = await resolveRole(place, name);
        await deleteEntity(place, 'role', role.id);
        place.print(`The role ${name} is deleted.`);
      }),
    );
  return roles;
}

interface PasswordOption {
  readonly passwordStdin?: true;
}

/**
 * A password is never a command line argument, where every user of the machine could read it.
 * A generated one is shown once `use` has accepted it.
 */
async function choosePassword(
  { passwordStdin }: PasswordOption,
  print: (text: string) => void,
  use: (password: string) => Promise<void>,
): Promise<void> {
  if (passwordStdin) {
    await use(await readStandardInput());
    return;
  }
  const password = randomBytes(15).toString('base64url');
  await use(password);
  print(`password: ${password}`);
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
