import { nextCall } from './calls';
import { differenceOf } from './difference';
import { excuseFor, type Pair } from './excuses';
import { Random } from './random';
import { Side } from './side';
import { type Call, World } from './world';

/** A service, and whose token makes the calls. */
export interface Service {
  /** Of /v3. */
  readonly url: string;
  readonly token: string;
  /** What both services have from the start: `<role-admin>` → its id. */
  readonly ids: ReadonlyMap<string, string>;
}

export interface Found {
  readonly difference: string;
  readonly pair: Pair;
}

export interface Played {
  readonly calls: number;
  readonly statuses: ReadonlyMap<number, number>;
  readonly found: readonly Found[];
  /** Divergences, and how often each was needed. */
  readonly excused: ReadonlyMap<string, number>;
}

/** Plays one sequence on both. It ends early where a difference makes all that follows meaningless. */
export async function playSequence(
  [keystone, tagway]: readonly [Service, Service],
  seed: number,
  calls: number,
): Promise<Played> {
  const salt = `q${String(seed)}t${Date.now().toString(36)}`;
  const world = new World(new Random(seed), salt);
  const sides = [sideOf(keystone, salt), sideOf(tagway, salt)] as const;
  const made: Call[] = [];
  const [found, excused, statuses] = [[] as Found[], new Map<string, number>(), new Map<number, number>()];
  let played = 0;
  while (played < calls) {
    const call = nextCall(world);
    played++;
    if (call.makes?.kind === 'token') await pause();
    const answers = await Promise.all(sides.map((side) => side.send(call)));
    const [first, second] = answers as [(typeof answers)[0], (typeof answers)[0]];
    count(statuses, first.answer.status);
    learn(world, sides, call, [first.made, second.made]);
    if (first.made !== undefined && second.made !== undefined) made.push(call);
    const pair = {
      call,
      keystone: sides[0].compared(first.answer),
      tagway: sides[1].compared(second.answer),
    };
    const difference = differenceOf(pair);
    if (difference === undefined) continue;
    const excuse = excuseFor(pair);
    if (excuse === undefined) found.push({ difference, pair });
    else count(excused, excuse);
    if ((first.made === undefined) !== (second.made === undefined)) {
      for (const [index, { made: id }] of answers.entries()) {
        if (id !== undefined) await sides[index]?.undo(call, id);
      }
    } else if (excuse !== 'K22' && leavesApart(pair)) break;
  }
  await clean(sides, made);
  return { calls: played, statuses, found, excused };
}

function sideOf({ url, token, ids }: Service, salt: string): Side {
  const side = new Side(url, token, salt);
  for (const [handle, id] of ids) side.learn(handle, id);
  return side;
}

/** Keystone's revocations are of whole seconds: a token of the same second would end with those before it. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1050));

function learn(
  world: World,
  sides: readonly [Side, Side],
  { method, path, body, makes, ends }: Call,
  ids: readonly [string | undefined, string | undefined],
): void {
  if (makes && ids[0] !== undefined && ids[1] !== undefined) {
    const { handle, kind, password } = makes;
    sides[0].learn(handle, ids[0]);
    sides[1].learn(handle, ids[1]);
    world.add(kind, handle);
    if (password !== undefined) world.password.set(handle, password);
    if (kind === 'token') world.userOfToken.set(handle, loginUser(body));
  }
  if (ends !== undefined) world.end(ends);
  const changed = (body as { user?: { password?: unknown } } | undefined)?.user?.password;
  const [, user = ''] = /^\/users\/(<[^>]+>)(?:\/password)?$/.exec(path) ?? [];
  if (typeof changed === 'string' && (method === 'PATCH' || method === 'POST'))
    world.password.set(user, changed);
}

function loginUser(body: unknown): string {
  return (body as { auth: { identity: { password: { user: { id: string } } } } }).auth.identity.password.user
    .id;
}

/** One did what the other did not. */
function leavesApart({ call, keystone, tagway }: Pair): boolean {
  return !['GET', 'HEAD'].includes(call.method) && keystone.status < 300 !== tagway.status < 300;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What is left would slow the next sequences down. */
async function clean(sides: readonly [Side, Side], made: readonly Call[]): Promise<void> {
  for (const { path, makes, as } of made.toReversed()) {
    const one = `${path}/${makes?.handle ?? ''}`;
    if (as !== undefined || path.startsWith('/auth') || path.includes('OS-EC2')) continue;
    const kind = makes?.kind ?? '';
    const loosen = { [kind]: { ...(kind === 'domain' && { enabled: false }), options: { immutable: null } } };
    for (const side of sides) {
      if (['domain', 'project', 'role'].includes(kind)) {
        await side.send({ method: 'PATCH', path: one, body: loosen });
      }
      await side.send({ method: 'DELETE', path: one });
    }
  }
}
