import type { Image } from '../../../src/core/image';
import { glanceJson } from '../../../src/dialects/openstack-images/python/json-text';
import { imageBody, imageFields } from '../../../src/dialects/openstack-images/responses';
import { Random } from '../../support/random';

const random = new Random(7);
const texts = [
  '',
  'plain',
  'a "quote" \\ back',
  '\u0000\u001f\n',
  'é日本🏷️',
  '\ud800 half',
  '</script>',
  'file',
  'self',
];
const text = (): string => random.oneOf(texts);
const textOrNull = (): string | null => random.oneOf([null, text()]);

function anImage(names: readonly string[]): Image {
  return {
    projectId: text(),
    imageId: text(),
    name: textOrNull(),
    visibility: random.oneOf(['public', 'private', 'shared', 'community'] as const),
    status: random.oneOf(['queued', 'active', 'deactivated'] as const),
    diskFormat: textOrNull(),
    containerFormat: textOrNull(),
    minDisk: random.below(3),
    minRam: random.below(3),
    size: random.oneOf([null, 0, 2 ** 52]),
    virtualSize: random.oneOf([null, 7]),
    checksum: textOrNull(),
    hashAlgo: textOrNull(),
    hashValue: textOrNull(),
    protected: random.oneOf([true, false]),
    hidden: random.oneOf([true, false]),
    properties: new Map(names.map((name) => [name, textOrNull()])),
    createdAt: '2026-11-21T08:00:00.123456Z',
    updatedAt: '2026-11-22T08:00:00.000000Z',
    tagRevision: 1,
    tags: Array.from({ length: random.below(4) }, () => ({ name: text(), key: '', value: '' })),
  };
}

test.each([[[]], [['kind', '__os_type', 'a "name"\n', '1', '__proto__']], [['kind', 'owner', 'file']]])(
  'an image with the properties %j is written as its members would be',
  (names) => {
    for (let round = 0; round < 200; round++) {
      const image = anImage(names);
      expect(imageBody(image, null).text).toBe(glanceJson(imageFields(image, null)));
      expect(glanceJson({ images: [imageBody(image, null)], next: undefined })).toBe(
        glanceJson({ images: [imageFields(image, null)] }),
      );
    }
  },
);

test('every field is one that a property may be called like', () => {
  const names = [...imageFields(anImage([]), null).keys()];
  for (const name of names) {
    const image = anImage(['first', name]);
    expect(imageBody(image, null).text).toBe(glanceJson(imageFields(image, null)));
  }
});
