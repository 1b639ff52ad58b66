import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { Workplace } from './workplace';

type Run = (work: (place: Workplace) => Promise<void>) => Promise<void>;

/** `tagway projects …`, `tagway users …`, `tagway roles …`: who there is and may do what. */
export function peopleCommands(run: Run): Command[] {
  return [projectsCommand(run), usersCommand(run), rolesCommand(run)];
}

function projectsCommand(run: Run): Command {
  const projects = new Command('projects').description('projects, which own images and tags');
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
  return projects;
}

function usersCommand(run: Run): Command {
  const users = new Command('users').description('users, who sign in with a password');
  users
    .command('create <name>')
    .description('make a user; the password is read from standard input, or made up and shown this once')
    .option('--password-stdin', 'read the password from standard input')
    .action((name: string, options: { passwordStdin?: true }) =>
      run(async ({ identity, print }) => {
        const password = await choosePassword(options.passwordStdin === true);
        const user = await identity.directory.createUser({ name, password: password.text });
        print(`user ${user.name} has the id ${user.id}`);
        if (password.madeUp) print(`password: ${password.text}`);
      }),
    );
  users
    .command('password <name>')
    .description('change a password; tokens made before stop counting')
    .option('--password-stdin', 'read the password from standard input')
    .action((name: string, options: { passwordStdin?: true }) =>
      run(async ({ identity, print }) => {
        const user = await identity.directory.requireUser(name);
        const password = await choosePassword(options.passwordStdin === true);
        await identity.directory.setPassword(user.id, password.text);
        print(password.madeUp ? `password: ${password.text}` : `The password of ${user.name} is changed.`);
      }),
    );
  for (const [name, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    users
      .command(`${name} <user>`)
      .description(`${name} a user`)
      .action((user: string) =>
        run(async ({ identity, print }) => {
          const found = await identity.directory.requireUser(user);
          await identity.directory.setUserEnabled(found.id, enabled);
          print(`${found.name} is ${name}d.`);
        }),
      );
  }
  return users;
}

function rolesCommand(run: Run): Command {
  const roles = new Command('roles').description('what a user may do in a project');
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
  return roles;
}

/** Never an argument of the command line, where every user of the machine could read it. */
async function choosePassword(fromStdin: boolean): Promise<{ text: string; madeUp: boolean }> {
  if (!fromStdin) return { text: randomBytes(15).toString('base64url'), madeUp: true };
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return {
    text: Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
    madeUp: false,
  };
}
