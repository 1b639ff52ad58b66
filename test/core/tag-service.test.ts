import { randomUUID } from 'node:crypto';
import { SystemClock } from '../../src/core/clock';
import { Refused } from '../../src/core/errors';
import { ImageAccess } from '../../src/core/image-access';
import { huaweiProfiles } from '../../src/core/limits';
import { tagFromName } from '../../src/core/tag';
import { TagService } from '../../src/core/tag-service';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { testDatabase } from '../support/database';
import { aCaller } from '../support/gateway';

const given = testDatabase();
const owner = aCaller('p');

function service(batchDelete: 'match-value' | 'by-key-only' = 'match-value'): TagService {
  const store = new PostgresImageStore(given().database);
  const rules = { imageTagQuota: 128, huawei: huaweiProfiles.documented, batchDelete };
  return new TagService(
    new PostgresTagStore(given().database),
    new ImageAccess(store),
    new SystemClock(),
    rules,
  );
}

async function anImage(...names: string[]): Promise<string> {
  const imageId = randomUUID();
  await new PostgresImageStore(given().database).create({
    projectId: 'p',
    imageId,
    name: null,
    visibility: 'private',
    status: 'active',
    diskFormat: null,
    containerFormat: null,
    minDisk: 0,
    minRam: 0,
    protected: false,
    hidden: false,
    properties: new Map(),
    createdAt: new SystemClock().now(),
    tags: names.map(tagFromName),
  });
  return imageId;
}

/** The kind of refusal, `done` when there is none. */
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
    tags.add(owner, id, text),
    tags.remove(owner, id, text),
    tags.removeKey(owner, id, text),
    tags.removePairs(owner, id, [{ key: text }]),
    tags.removePairs(owner, id, [{ key: 'a', value: text }]),
    tags.set(owner, id, [{ key: text, value: '' }]),
    tags.set(owner, id, [{ key: 'a', value: text }]),
  ];
  const outcomes = await Promise.all(steps.map(outcome));
  expect(outcomes.filter((kind) => kind === 'done')).toEqual([]);
  expect(await tags.list(owner, id)).toHaveLength(1);
});

test('a project’s tags are for those who may read its images', async () => {
  await anImage('seen');
  const reader = aCaller('p', { standing: 'reader' });
  expect(await service().listProject(reader)).toContainEqual({ key: 'seen', value: '' });
  expect(await outcome(service().listProject(aCaller('p', { standing: 'none' })))).toBe('not-allowed');
  const unscoped = aCaller('p', { scope: 'unscoped', projectId: null, standing: 'none' });
  expect(await outcome(service().listProject(unscoped))).toBe('not-allowed');
});

test('a batch delete goes by value or by key alone, as it is set', async () => {
  const pairs = [{ key: 'a', value: 'other' }];
  const id = await anImage('a=1', 'b');
  await service().removePairs(owner, id, pairs);
  expect(await service().list(owner, id)).toHaveLength(2);
  await service('by-key-only').removePairs(owner, id, pairs);
  expect(await service().list(owner, id)).toEqual([tagFromName('b')]);
});
