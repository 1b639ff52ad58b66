import { SystemClock } from '../../src/core/clock';
import { Refused } from '../../src/core/errors';
import { ImageAccess } from '../../src/core/image-access';
import { tagFromName } from '../../src/core/tag';
import { TagService } from '../../src/core/tag-service';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { testDatabase } from '../support/database';
import { aCaller } from '../support/gateway';
import { storedImage } from '../support/images';

const given = testDatabase();
const owner = aCaller('p');

function service(): TagService {
  const access = new ImageAccess(new PostgresImageStore(given().database));
  const unwatched = { advance: () => undefined, checkOf: () => null, shown: () => undefined };
  return new TagService(new PostgresTagStore(given().database), access, new SystemClock(), unwatched);
}

async function anImage(...names: string[]): Promise<string> {
  return (await storedImage(given().database, { visibility: 'private' }, ...names)).imageId;
}

/** The kind of refusal, or `done`. */
async function outcome(step: Promise<unknown>): Promise<string> {
  return step.then(
    () => 'done',
    (error: unknown) => (error instanceof Refused ? error.refusal.kind : Promise.reject(error as Error)),
  );
}

test('two halves of a character, one in the key and one in the value, are not taken for a whole', async () => {
  // Each would reach the database as U+FFFD and remove the tag that is really called so.
  const id = await anImage('\ufffd=\ufffd');
  expect(await outcome(service().removePairs(owner, id, [{ key: '\ud83d', value: '\ude00' }]))).toBe(
    'tag-invalid',
  );
  expect(await service().list(owner, id)).toHaveLength(1);
});

test.each(['a\u0000', '\ud83d', '\ude00'])('%j is refused by every operation', async (text) => {
  const id = await anImage('a');
  const tags = service();
  const steps = [
    tags.add(owner, id, text, 128),
    tags.remove(owner, id, text),
    tags.removeKey(owner, id, text),
    tags.removePairs(owner, id, [{ key: text, value: null }]),
    tags.removePairs(owner, id, [{ key: 'a', value: text }]),
    tags.set(owner, id, [{ key: text, value: '' }], 10),
    tags.set(owner, id, [{ key: 'a', value: text }], 10),
  ];
  const outcomes = await Promise.all(steps.map(outcome));
  expect(outcomes.filter((kind) => kind === 'done')).toEqual([]);
  expect(await tags.list(owner, id)).toHaveLength(1);
});

test('a project’s tags are for those who may read its images', async () => {
  await anImage('seen');
  const reader = aCaller('p', { accessLevel: 'reader' });
  expect(await service().listProject(reader)).toContainEqual({ key: 'seen', value: '' });
  expect(await outcome(service().listProject(aCaller('p', { accessLevel: 'none' })))).toBe('not-allowed');
  const unscoped = aCaller('p', { scope: 'unscoped', projectId: null, accessLevel: 'none' });
  expect(await outcome(service().listProject(unscoped))).toBe('not-allowed');
});

test('a change removes and puts as one, and says what became of it', async () => {
  const id = await anImage('a=1', 'a=2', 'b', 'c');
  const change = { remove: [{ key: 'a', value: null }, { name: 'b' }], put: ['b', 'd'].map(tagFromName) };
  const done = await service().change(owner, id, change);
  expect(done).toEqual({ kind: 'done', revision: 2, added: ['d'], removed: ['a=1', 'a=2'] });
  expect(await service().show(owner, id)).toMatchObject({
    revision: 2,
    tags: ['b', 'c', 'd'].map(tagFromName),
  });
  expect(await service().change(owner, id, change)).toMatchObject({ revision: 2, added: [], removed: [] });
  expect(await service().change(owner, id, { remove: 'all' })).toMatchObject({ removed: ['b', 'c', 'd'] });
});

test('a change for another revision is refused, unless it is refused for something else', async () => {
  const id = await anImage('a');
  const tags = service();
  const put = [tagFromName('b')];
  expect(await outcome(tags.change(owner, id, { put, ifRevision: [0, 2] }))).toBe('changed-meanwhile');
  expect(await outcome(tags.change(owner, id, { put, ifRevision: [0], limit: 1 }))).toBe('tag-limit-reached');
  const missing = { remove: [{ name: 'x' }], mustExist: true, ifRevision: [0] };
  expect(await outcome(tags.change(owner, id, missing))).toBe('tag-not-found');
  expect(await outcome(tags.change(owner, id, { put, ifRevision: [0, 1] }))).toBe('done');
});
