import fc from 'fast-check';
import { tagFromName, tagFromPair } from '../../src/core/tag';
import { isCitus } from '../../src/storage/database/engine';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../support/dialects';
import { testGateway } from '../support/gateway';
import {
  added,
  type Call,
  ensuredAbsent,
  isLinearizable,
  removed,
  seen,
  wasMissing,
} from '../support/linearizability';
import { comparedCounts } from '../support/tag-counts';
import { alpha, testAuthenticator } from '../support/test-authenticator';

const quota = 6;
const given = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_IMAGE_TAG_QUOTA: String(quota) },
});
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });

/** The core's rules on plain sets: what the gateway is compared with. Every method gives the expected status. */
class Model {
  readonly names = new Set<string>();

  put(name: string): number {
    if (!this.names.has(name) && this.names.size >= quota) return 413;
    this.names.add(name);
    return 204;
  }

  remove(name: string): number {
    return this.names.delete(name) ? 204 : 404;
  }

  removeKey(key: string): number {
    return this.drop((tag) => tag.key === key) ? 204 : 404;
  }

  removePairs(pairs: readonly { key: string; value: string }[]): number {
    for (const pair of pairs) {
      this.drop((tag) => tag.key === pair.key && (pair.value === '' || tag.value === pair.value));
    }
    return 204;
  }

  set(pairs: readonly { key: string; value: string }[]): number {
    const keys = new Set(pairs.map((pair) => pair.key));
    const kept = [...this.names].filter((name) => !keys.has(tagFromName(name).key));
    const after = kept.length + pairs.length;
    if (after > 10 && after > this.names.size) return 400;
    this.names.clear();
    for (const name of [...kept, ...pairs.map((pair) => tagFromPair(pair).name)]) this.names.add(name);
    return 204;
  }

  private drop(test: (tag: { key: string; value: string }) => boolean): boolean {
    const going = [...this.names].filter((name) => test(tagFromName(name)));
    for (const name of going) this.names.delete(name);
    return going.length > 0;
  }
}

interface Step {
  readonly what: string;
  readonly model: (model: Model) => number;
  readonly real: (id: string) => Promise<{ status: number }>;
}

const key = fc.constantFrom('a', 'b', 'c', 'd.e');
const value = fc.constantFrom('', '1', '2');
const pair = fc.record({ key, value });
const pairs = fc.uniqueArray(pair, { minLength: 1, maxLength: 3, selector: (one) => one.key });
const name = fc.oneof(
  pair.map((one) => tagFromPair(one).name),
  fc.constantFrom('a=', 'plain', 'x=y=z', '=odd'),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  name.map((tag) => ({
    what: `PUT ${tag}`,
    model: (model: Model) => model.put(tag),
    real: (id: string) => openstack(alice()).put(id, tag),
  })),
  name.map((tag) => ({
    what: `DELETE ${tag}`,
    model: (model: Model) => model.remove(tag),
    real: (id: string) => openstack(alice()).remove(id, tag),
  })),
  key.map((one) => ({
    what: `T3 ${one}`,
    model: (model: Model) => model.removeKey(one),
    real: (id: string) => huaweiImages(alice()).remove(id, one),
  })),
  pair.map((one) => ({
    what: `T1 ${JSON.stringify(one)}`,
    model: (model: Model) => model.set([one]),
    real: (id: string) => huaweiImages(alice()).add(id, one),
  })),
  pairs.map((list) => ({
    what: `T4 create ${JSON.stringify(list)}`,
    model: (model: Model) => model.set(list),
    real: (id: string) => huaweiImages(alice()).batch(id, 'create', list),
  })),
  pairs.map((list) => ({
    what: `T4 delete ${JSON.stringify(list)}`,
    model: (model: Model) => model.removePairs(list),
    real: (id: string) => huaweiImages(alice()).batch(id, 'delete', list),
  })),
  pairs.map((list) => ({
    what: `T7 ${JSON.stringify(list)}`,
    model: (model: Model) => model.removePairs(list),
    real: (id: string) => huaweiCloudimages(alice()).batchDelete(id, list),
  })),
  pair.map((one) => ({
    what: `T8 ${JSON.stringify(one)}`,
    model: (model: Model) => model.set([one]),
    real: (id: string) => huaweiCloudimages(alice()).setPair(id, one),
  })),
);

const byText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('the counts of a few tags are kept from now on', async () => {
  const tags = ['a', 'b', 'c', 'd.e'].flatMap((one) =>
    ['1', '2'].map((of) => `('${alpha}', '${one}', '${of}', 0, true, 0)`),
  );
  await given().database.query({ text: `insert into tag_counts values ${tags.join()}` }, []);
});

test('any sequence of calls through the dialects leaves what the model has, with the model\u2019s answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const model = new Model();
      const id = await openstack(alice()).create({ name: 'model' });
      for (const one of steps) {
        const { status } = await one.real(id);
        expect([one.what, status]).toEqual([one.what, one.model(model)]);
        expect(await openstack(alice()).tags(id)).toEqual([...model.names].sort(byText));
      }
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 60) },
  );
}, 600_000);

/** Calls on one tag that race; each tells afterwards what it must have seen. */
type Racer = (id: string) => Promise<Call['effect']>;

const racers: readonly Racer[] = [
  async (id) => {
    expect((await openstack(alice()).put(id, 'r')).status).toBe(204);
    return added;
  },
  async (id) => {
    expect((await huaweiImages(alice()).add(id, { key: 'r', value: '' })).status).toBe(204);
    return added;
  },
  async (id) => {
    const { status } = await openstack(alice()).remove(id, 'r');
    expect([204, 404]).toContain(status);
    return status === 204 ? removed : wasMissing;
  },
  async (id) => {
    const { status } = await huaweiImages(alice()).remove(id, 'r');
    expect([204, 404]).toContain(status);
    return status === 204 ? removed : wasMissing;
  },
  async (id) => {
    expect((await huaweiCloudimages(alice()).batchDelete(id, [{ key: 'r', value: '' }])).status).toBe(204);
    return ensuredAbsent;
  },
  async (id) => seen((await openstack(alice()).tags(id)).includes('r')),
  async (id) => seen((await huaweiImages(alice()).pairs(id)).some((tag) => tag.key === 'r')),
];

test('calls that race on one tag through all dialects can be told in one order', async () => {
  const racer = fc.nat(racers.length - 1);
  await fc.assert(
    fc.asyncProperty(fc.array(racer, { minLength: 2, maxLength: 9 }), fc.boolean(), async (picks, there) => {
      const id = await openstack(alice()).create({ tags: there ? ['r'] : [] });
      const history = await Promise.all(
        picks.map(async (pick): Promise<Call> => {
          const from = performance.now();
          const effect = await (racers[pick] as Racer)(id);
          return { from, to: performance.now(), effect };
        }),
      );
      expect(isLinearizable(history, there)).toBe(true);
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 60) },
  );
}, 600_000);

test('the counts that were kept meanwhile are those of the tags', async () => {
  // Citus keeps none.
  const { kept, wrong } = (await isCitus(given().database))
    ? { kept: 8, wrong: [] }
    : await comparedCounts(given().database);
  expect([kept, wrong]).toEqual([8, []]);
});

test('the order check itself catches a lost tag', () => {
  const put: Call = { from: 0, to: 1, effect: added };
  const missed: Call = { from: 2, to: 3, effect: seen(false) };
  expect(isLinearizable([put, missed], false)).toBe(false);
  expect(isLinearizable([{ ...put, to: 2.5 }, missed], false)).toBe(true);
});
