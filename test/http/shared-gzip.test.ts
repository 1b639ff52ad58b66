import { once } from 'node:events';
import { createGunzip, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { acceptsGzip } from '../../src/http/accepts-gzip';
import { compressedPart, GzipStream, storedPart } from '../../src/http/shared-gzip';

test('parts in any order, and any of them again, are a stream whose checksum and length hold', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 30 }), (contents, turns) => {
      const made = contents.map((text, n) =>
        n % 2 === 0 ? compressedPart(Buffer.from(text)) : storedPart(text),
      );
      const stream = new GzipStream();
      const chosen = turns.map((turn) => turn % made.length);
      const pieces = chosen.flatMap((turn) => {
        const part = made[turn];
        return part ? [stream.append(part)] : [];
      });
      // Throws when checksum or length are wrong.
      const text = gunzipSync(Buffer.concat([stream.head, ...pieces, stream.tail])).toString();
      expect(text).toBe(chosen.map((turn) => contents[turn] ?? '').join(''));
    }),
  );
});

test('what is written can be read before anything follows', async () => {
  const stream = new GzipStream();
  const reader = createGunzip();
  reader.write(stream.head);
  for (const part of [storedPart(':\n\n'), compressedPart(Buffer.from('data: {}\n\n'.repeat(20_000)))]) {
    reader.write(stream.append(part));
    let seen = 0;
    while (seen < part.length) {
      const [piece] = (await once(reader, 'data')) as [Buffer];
      seen += piece.length;
    }
    expect(seen).toBe(part.length);
  }
  reader.destroy();
});

test.each([
  ['gzip', true],
  ['br, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['br, gzip; q=0.0, deflate', false],
  ['x-gzipped', false],
  [undefined, false],
])('Accept-Encoding: %s', (value, isAccepted) => {
  expect(acceptsGzip({ headers: { 'accept-encoding': value } })).toBe(isAccepted);
});
