import { Command, InvalidArgumentError } from 'commander';
import { type HistoryItem, formatChange } from './change-format';
import { logIn, getJson, type RemoteSession } from './session';

type Environment = Readonly<Record<string, string | undefined>>;

interface HistoryOptions {
  readonly limit: number;
  readonly json?: true;
  readonly key?: string;
  readonly name?: string;
  readonly user?: string;
  readonly dialect?: string;
  readonly since?: string;
  readonly until?: string;
}

interface HistoryPage {
  readonly items: readonly HistoryItem[];
  readonly next: string | null;
}

/** Items that one request asks for. */
const pageSize = 500;

/** `tagway history`: what became of the tags of an image, or of a project's images. */
export function historyCommand(env: Environment, print: (text: string) => void): Command {
  return new Command('history')
    .argument('[image]', 'an image, by name or id; all of the project when left out')
    .option('--limit <number>', 'changes to show, the newest first', positive, 50)
    .option('--key <key>', 'only changes of tags with this key')
    .option('--name <tag>', 'only changes of this tag')
    .option('--user <id>', 'only changes by this user')
    .option('--dialect <name>', 'only changes through this dialect, such as openstack-images')
    .option('--since <time>', 'only changes from this moment on, such as 2026-11-27T00:00:00Z')
    .option('--until <time>', 'only changes before this moment')
    .option('--json', 'one JSON document a line, as the native API has it')
    .addHelpText('after', '\nIt logs in with OS_AUTH_URL, OS_USERNAME, … as openrc exports them.')
    .action(async (image: string | undefined, options: HistoryOptions) => {
      const session = await logIn(env);
      const imageId = image === undefined ? undefined : await imageIdOf(session, image);
      let shown = 0;
      for await (const item of itemsOf(session, imageId, options)) {
        print(options.json ? JSON.stringify(item) : formatChange(item));
        shown++;
      }
      if (shown === 0 && !options.json) print('No change is recorded.');
    });
}

async function* itemsOf(
  session: RemoteSession,
  imageId: string | undefined,
  { limit, key, name, user, dialect, since, until }: HistoryOptions,
): AsyncGenerator<HistoryItem> {
  const query = new URLSearchParams();
  for (const [filter, value] of Object.entries({ key, name, user, dialect, since, until }))
    if (value !== undefined) query.set(filter, value);
  if (imageId !== undefined) query.set('image', imageId);
  for (let left = limit; left > 0; left -= pageSize) {
    query.set('limit', String(Math.min(left, pageSize)));
    const path = `/tags/v1/projects/${session.projectId}/history?${query.toString()}`;
    const { items, next } = await getJson<HistoryPage>(session, path);
    yield* items;
    if (next === null) return;
    query.set('after', next);
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A deleted image has its history, but no name. @throws Error when no or several images have the name */
async function imageIdOf(session: RemoteSession, nameOrId: string): Promise<string> {
  if (uuid.test(nameOrId)) return nameOrId;
  const query = new URLSearchParams({ name: nameOrId, limit: '2' });
  const { images } = await getJson<{ images: readonly { id: string }[] }>(
    session,
    `/v2/images?${query.toString()}`,
  );
  const [first, second] = images;
  if (first === undefined) throw new Error(`no image is named ${nameOrId}; a deleted one has only its id`);
  if (second !== undefined) throw new Error(`several images are named ${nameOrId}: give the id of one`);
  return first.id;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999999.');
  return Number(text);
}
