import { nextCall } from './calls';
import { differenceOf } from './difference';
import { excuseFor } from './excuses';
import { learn } from './learning';
import { opening } from './opening';
import type { OperationCounts } from './operations';
import type { Pair } from './pair';
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
  readonly seed: number;
  readonly calls: number;
  readonly statuses: ReadonlyMap<number, number>;
  readonly found: readonly Found[];
  /** Divergences, and how often each was needed. */
  readonly excused: ReadonlyMap<string, number>;
}

type Sides = readonly [Side, Side];
type Answers = readonly [Awaited<ReturnType<Side['send']>>, Awaited<ReturnType<Side['send']>>];

/** Plays one sequence on both. It ends early where a difference makes all that follows meaningless. */
export async function playSequence(
  [keystone, tagway]: readonly [Service, Service],
  seed: number,
  calls: number,
  operations: OperationCounts,
): Promise<Played> {
  const salt = `q${String(seed)}t${Date.now().toString(36)}`;
  const world = new World(new Random(seed), salt, opening);
  const sides: Sides = [sideOf(keystone, salt), sideOf(tagway, salt)];
  const made: Call[] = [];
  const [found, excused, statuses] = [[] as Found[], new Map<string, number>(), new Map<number, number>()];
  let played = 0;
  while (played < calls) {
    const call = nextCall(world);
    played++;
    const answers = await answersTo(sides, call);
    const [first, second] = answers;
    count(statuses, first.answer.status);
    operations.count(call, first.answer.status);
    if (first.made !== undefined && second.made !== undefined) made.push(call);
    learnAnswers(world, sides, call, answers);
    const pair = pairOf(world, sides, call, answers);
    const difference = differenceOf(pair);
    if (difference === undefined) continue;
    const excuse = excuseFor(pair);
    if (excuse === undefined) found.push({ difference, pair });
    else count(excused, excuse);
    if (excuse === 'K29' && call.as !== undefined) world.end(call.as);
    // This token may do more in the one.
    if (excuse === 'K4') world.end(call.as ?? call.makes?.handle ?? '');
    if (excuse === 'K29' && revokes(call)) world.end(call.ends ?? '');
    else if ((first.made === undefined) !== (second.made === undefined)) await undo(sides, call, answers);
    else if (excuse !== 'K22' && leavesApart(pair)) break;
  }
  await clean(sides, made);
  return { seed, calls: played, statuses, found, excused };
}

function sideOf({ url, token, ids }: Service, salt: string): Side {
  const side = new Side(url, token, salt);
  for (const [handle, id] of ids) side.learn(handle, id);
  return side;
}

/** Keystone's revocations are of whole seconds: a token of the same second would end with those before it. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1050));

async function answersTo(sides: Sides, call: Call): Promise<Answers> {
  if (call.makes?.kind === 'token') await pause();
  return Promise.all([sides[0].send(call), sides[1].send(call)]);
}

function pairOf(world: World, sides: Sides, call: Call, [first, second]: Answers): Pair {
  return {
    call,
    keystone: sides[0].compared(first.answer),
    tagway: sides[1].compared(second.answer),
    hasLost: [...world.lost].some((token) => named(call).includes(token)),
    isGone: world.isGone(call.as ?? ''),
    disabled: [...world.disabled],
    names: new Map(world.names),
    isAdmin: isAdmin(world, call),
    isElsewhere: isElsewhere(world, call.as),
    reached: world.reachedBy(world.owner.get(call.as ?? '')?.user ?? ''),
  };
}

/** Of a login: who logs in. */
function isAdmin(world: World, { as, makes }: Call): boolean {
  if (makes?.kind === 'token') return world.mayBeAdmin(makes.user ?? '');
  return as === undefined || world.mayBeAdmin(world.owner.get(as)?.user ?? '');
}

function isElsewhere(world: World, token = ''): boolean {
  const scope = world.owner.get(token)?.scope;
  return scope !== undefined && !('project' in scope);
}

/** The tokens that a call is made with or is about. */
function named({ as = '', subject = '', body = {} }: Call): string {
  return `${as} ${subject} ${JSON.stringify(body)}`;
}

function learnAnswers(world: World, sides: Sides, call: Call, [first, second]: Answers): void {
  const isDone = first.answer.status < 300 && second.answer.status < 300;
  const { makes } = call;
  if (makes && first.made !== undefined && second.made !== undefined) {
    sides[0].learn(makes.handle, first.made);
    sides[1].learn(makes.handle, second.made);
    for (const [index, rule] of first.rules.entries()) {
      const other = second.rules[index];
      if (other === undefined || sides[0].knows(rule) || sides[1].knows(other)) continue;
      const handle = world.next('access_rule');
      sides[0].learn(handle, rule);
      sides[1].learn(handle, other);
      world.add('access_rule', handle);
      world.owner.set(handle, { user: makes.user ?? '', scope: undefined });
    }
  }
  learn(world, call, isDone && (makes === undefined || first.made !== undefined));
}

/** One made what the other refused. */
async function undo(sides: Sides, call: Call, answers: Answers): Promise<void> {
  for (const [index, { made }] of answers.entries()) {
    if (made !== undefined) await sides[index]?.undo(call, made);
  }
}

/** A token that had ended on the one side: it has on both now. */
function revokes({ method, subject }: Call): boolean {
  return method === 'DELETE' && subject !== undefined;
}

/** One did what the other did not. */
function leavesApart({ call, keystone, tagway }: Pair): boolean {
  return !['GET', 'HEAD'].includes(call.method) && keystone.status < 300 !== tagway.status < 300;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What is left would slow the next sequences down. */
async function clean(sides: Sides, made: readonly Call[]): Promise<void> {
  for (const { path, makes, as } of made.toReversed()) {
    const one = `${path}/${makes?.handle ?? ''}`;
    if (path.startsWith('/auth') || /OS-EC2|application_credentials/.test(path)) continue;
    if (as !== undefined && makes?.kind === 'credential') continue;
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
