import { huaweiImages, openstack, type Speaker } from '../../support/dialects';
import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { registrations, server } from '../huawei-cloudimages/registrations';

/** A quota of OpenStack's below Huawei's own limit of 10. */
const given = testGateway({
  env: { TAGWAY_IMAGE_TAG_QUOTA: '2' },
  replace: { authenticator: testAuthenticator },
});
const { register } = registrations(given);
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
const three = ['a', 'b', 'c'];

test('the limit of the dialect that writes governs, for registration too', async () => {
  expect((await register({ ...server, tags: three })).status).toBe(200);
  const id = await openstack(alice()).create({});
  const pairs = three.map((key) => ({ key, value: '' }));
  expect((await huaweiImages(alice()).batch(id, 'create', pairs)).status).toBe(204);
  expect(await openstack(alice()).tags(id)).toEqual(three);
  expect((await openstack(alice()).put(id, 'd')).status).toBe(413);
});

describe('a refusal of a tag', () => {
  const wide = testGateway({
    env: { TAGWAY_HUAWEI_PROFILE: 'wide' },
    replace: { authenticator: testAuthenticator },
  });
  const wordsOf = async (pair: object, where: typeof given): Promise<string> => {
    const { port } = where();
    const id = await openstack({ ...alice(), port }).create({});
    const answer = await send(port, 'POST', `/v2/${alpha}/images/${id}/tags`, {
      token: 'alice',
      body: { tag: pair },
    });
    const { error } = answer.json<{ error: { code: string; message: string } }>();
    expect([answer.status, error.code]).toEqual([400, 'IMG.0115']);
    return error.message.replace('The image tag is invalid. ', '');
  };

  test.each([
    [
      'k'.repeat(37),
      '',
      'The key is too long: at most 36 characters are taken (128 with TAGWAY_HUAWEI_PROFILE=wide).',
    ],
    [
      'k',
      'v'.repeat(44),
      'The value is too long: at most 43 characters are taken (255 with TAGWAY_HUAWEI_PROFILE=wide).',
    ],
    ['a=b', '', 'The key has a character that is not allowed: "=" (U+003D).'],
    ['k', 'a=b', 'The value has a character that is not allowed: "=" (U+003D).'],
    ['a/b', '', 'The key has a character that is not allowed: "/" (U+002F).'],
    ['a\tb', '', 'The key has a character that is not allowed: U+0009.'],
    ['a\u200bb', '', 'The key has a character that is not allowed: U+200B.'],
    ['a\u00a0b', '', 'The key has a character that is not allowed: U+00A0.'],
    ['🏷', '', 'The key has a character that is not allowed: "🏷" (U+1F3F7).'],
    ['é', '', 'The key has a character that is not allowed: "é" (U+00E9).'],
  ])('(%j: %j) names the limit, who can raise it, and the character', async (key, value, words) => {
    expect(await wordsOf({ key, value }, given)).toBe(words);
  });

  test('names no setting where none takes more', async () => {
    const over = 'The key is too long: at most 128 characters are taken.';
    expect(await wordsOf({ key: 'k'.repeat(129), value: '' }, wide)).toBe(over);
    const whole = 'Key and value together are too long: at most 255 characters are taken.';
    expect(await wordsOf({ key: 'k'.repeat(100), value: 'v'.repeat(200) }, wide)).toBe(whole);
  });

  test('for their number names the limit and the setting, too', async () => {
    const id = await openstack(alice()).create({});
    const pairs = Array.from({ length: 11 }, (_, n) => ({ key: `k${String(n)}`, value: '' }));
    const answer = await huaweiImages(alice()).batch(id, 'create', pairs);
    expect(answer.text).toContain('Attempted: 11, maximum: 10 (20 with TAGWAY_HUAWEI_PROFILE=wide).');
  });
});
