import { Command } from 'commander';
import type { Caller } from '../core/caller';
import { type DirectoryEntity, type EntityKind, textAttribute } from '../identity/entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../identity/errors';
import { type CommandContext, formatTextTable } from './context';

type Run = (work: (place: CommandContext) => Promise<void>) => Promise<void>;

/** Commands work on the database itself, so they may do everything. */
const operator: Caller = {
  userId: 'operator',
  userName: 'operator',
  scope: 'system',
  projectId: null,
  roles: ['admin'],
  accessLevel: 'admin',
};
const asker = { caller: operator, token: undefined };

export interface ListOptions {
  readonly json?: true;
}

/** A command `list` that prints a table, or with --json the same as an array of objects. */
export function listCommand(description: string): Command {
  return new Command('list').description(description).option('--json', 'print an array of JSON objects');
}

/** Rows whose cells have the names of the head. */
export function printRows(
  print: (text: string) => void,
  { json }: ListOptions,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (!json) {
    print(
      formatTextTable(
        head,
        rows.map((row) => row.map(printable)),
      ),
    );
    return;
  }
  const objects = rows.map((row) => Object.fromEntries(head.map((name, column) => [name, row[column]])));
  print(JSON.stringify(objects, null, 2));
}

/** A name must not write to the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `list` of projects or users: id, name, domain and state. */
export function entityListCommand(kind: 'project' | 'user', run: Run): Command {
  return listCommand(`show every ${kind}`).action((options: ListOptions) =>
    run(async (place) => {
      const domains = await namesOf(place, 'domain');
      const rows = (await all(place, kind)).map((each) => [
        each.id,
        textAttribute(each['name']),
        domains.get(textAttribute(each['domain_id'])) ?? '',
        each['enabled'] === false ? 'disabled' : 'enabled',
      ]);
      printRows(place.print, options, ['id', 'name', 'domain', 'state'], rows);
    }),
  );
}

/** `list` of roles, with how often each is given. */
export function roleListCommand(run: Run): Command {
  return listCommand('show every role, and how many have it').action((options: ListOptions) =>
    run(async (place) => {
      const given = await assignments(place, {});
      const domains = await namesOf(place, 'domain');
      const rows = (await all(place, 'role')).map((role) => [
        role.id,
        textAttribute(role['name']),
        domains.get(textAttribute(role['domain_id'])) ?? 'every domain',
        String(given.filter(({ roleId }) => roleId === role.id).length),
      ]);
      printRows(place.print, options, ['id', 'name', 'domain', 'assignments'], rows);
    }),
  );
}

interface AssignmentOptions extends ListOptions {
  readonly user?: string;
  readonly project?: string;
}

/** `roles assignments`: who has which role where, as it was given. */
export function assignmentsCommand(run: Run): Command {
  return new Command('assignments')
    .description('show who has which role where')
    .option('--user <name>', 'of this user alone, by name or id')
    .option('--project <name>', 'in this project alone, by name or id')
    .option('--json', 'print an array of JSON objects')
    .action((options: AssignmentOptions) => run((place) => showAssignments(place, options)));
}

async function showAssignments(place: CommandContext, options: AssignmentOptions): Promise<void> {
  const { directory, administration } = place.identity;
  const { user, project } = options;
  const where = {
    userId: user === undefined ? undefined : (await directory.requireUser(user)).id,
    projectId: project === undefined ? undefined : (await directory.requireProject(project)).id,
  };
  const names = await administration.assignments.names();
  const nameOf = (kind: string, id: string): string => names.get(`${kind} ${id}`)?.name ?? id;
  const rows = (await assignments(place, where)).map(({ actor, target, roleId, inherited }) => [
    `${actor.kind} ${nameOf(actor.kind, actor.id)}`,
    nameOf('role', roleId),
    target.kind === 'system' ? 'the system' : `${target.kind} ${nameOf(target.kind, target.id)}`,
    inherited ? 'for the projects below' : '',
  ]);
  printRows(place.print, options, ['who', 'role', 'where', 'reach'], rows);
}

function assignments(
  { identity }: CommandContext,
  where: { readonly userId?: string | undefined; readonly projectId?: string | undefined },
) {
  return identity.administration.assignments
    .list(asker, { ...where, effective: false, subtree: false })
    .then((found) => valueOf(found));
}

/** As DELETE of `/v3` does it, with the same rules. @throws Error with a sentence for the operator */
export async function deleteEntity(
  { identity }: CommandContext,
  kind: EntityKind,
  id: string,
): Promise<void> {
  valueOf(await identity.administration.things.delete(asker, kind, id));
}

/** By name or id. @throws Error if it does not exist, or if several domains have one of this name */
export async function resolveRole(place: CommandContext, nameOrId: string): Promise<DirectoryEntity> {
  const roles = await all(place, 'role');
  const named = roles.filter((role) => role['name'] === nameOrId);
  const found = named.length > 0 ? named : roles.filter(({ id }) => id === nameOrId);
  if (!found[0]) throw new Error(`there is no role "${nameOrId}"`);
  if (found.length > 1) throw new Error(`several domains have a role "${nameOrId}": give its id`);
  return found[0];
}

async function all({ identity }: CommandContext, kind: EntityKind): Promise<readonly DirectoryEntity[]> {
  const found = valueOf(await identity.administration.things.list(asker, kind, {}));
  return [...found].sort((a, b) => textAttribute(a['name']).localeCompare(textAttribute(b['name']), 'en'));
}

async function namesOf(place: CommandContext, kind: EntityKind): Promise<ReadonlyMap<string, string>> {
  return new Map((await all(place, kind)).map(({ id, name }) => [id, textAttribute(name)]));
}

function valueOf<Value>(outcome: ValueOrRefusal<Value>): Value {
  if ('value' in outcome) return outcome.value;
  throw new Error(sentenceOf(outcome.refusal));
}

const rules: Readonly<Record<string, string>> = {
  'has-children': 'has projects below it: delete those first',
  'immutable-delete': 'is immutable: its option "immutable" must be taken away first',
  used: 'is referred to by something else, which must go first',
};

function sentenceOf(refusal: IdentityRefusal): string {
  if (refusal.kind === 'rule') {
    return `the ${refusal.thing} ${refusal.id} ${rules[refusal.rule] ?? `is kept by the rule ${refusal.rule}`}`;
  }
  if (refusal.kind === 'not-found') return `there is no ${refusal.thing} "${refusal.id}"`;
  return `refused: ${refusal.kind}`;
}
