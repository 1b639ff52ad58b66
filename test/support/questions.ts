import type { TagPair } from '../../src/core/tag';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from './dialects';
import type { Question, WatchedImage } from './history';
import type { Effect } from './linearizability';
import type { Random } from './random';
import { textOf, unchanged } from './tag-space';
import { type Answer, send } from './wire';

interface Parts {
  readonly image: WatchedImage;
  /** Every image under load in this project. */
  readonly images: readonly WatchedImage[];
  readonly speaker: Speaker;
  readonly random: Random;
}

type Make = (parts: Parts) => Question;

const patchType = 'application/openstack-images-v2.1-json-patch';

/** An idempotent change: 200 or 204, or nobody knows. */
function change(
  what: string,
  image: WatchedImage,
  effect: Effect<number>,
  ask: () => Promise<Answer>,
): Question {
  const fact = { image, effect };
  const told = ({ status }: Answer): [typeof fact] | null =>
    status === 204 || status === 200 ? [fact] : null;
  return { what: `${what} @${image.id}`, ask, unheard: fact, told };
}

/** Done once; 404 says that there was nothing to remove. Only of a tag: that the image is away would be wrong. */
function removal(
  what: string,
  image: WatchedImage,
  target: string | { key: string },
  ask: () => Promise<Answer>,
): Question {
  const { tags } = image;
  const told = ({ status, text }: Answer): { image: WatchedImage; effect: Effect<number> }[] | null => {
    if (status === 204) return [{ image, effect: tags.removed(target) }];
    const ofImage = /IMG\.0144|No image found/.test(text);
    return status === 404 && !ofImage ? [{ image, effect: tags.missing(target) }] : null;
  };
  return { what: `${what} @${image.id}`, ask, unheard: { image, effect: tags.dropped(target) }, told };
}

/** Must be refused with this status; it may never have changed anything. */
function refusal(what: string, image: WatchedImage, wanted: number, ask: () => Promise<Answer>): Question {
  const told = ({ status }: Answer): { image: WatchedImage; effect: Effect<number> }[] | null =>
    status === wanted ? [{ image, effect: unchanged }] : null;
  return { what: `${what} @${image.id}`, ask, unheard: null, told };
}

function read(
  what: string,
  ask: () => Promise<Answer>,
  facts: (answer: Answer) => ReturnType<Question['told']>,
): Question {
  return { what, ask, unheard: null, told: (answer) => (answer.status === 200 ? facts(answer) : null) };
}

function pairOf(text: string): TagPair {
  return { key: text.replace(/=1$/, ''), value: text.endsWith('=1') ? '1' : '' };
}

/** One pair for each of some keys. */
function somePairs({ image: { tags }, random }: Parts): TagPair[] {
  return random.someOf(tags.keys).map((key) => ({ key, value: random.oneOf(['', '1']) }));
}

const named = (pairs: readonly TagPair[]): string => pairs.map(textOf).join(' ');

const changes: readonly Make[] = [
  ({ image, speaker, random }) => {
    const text = random.oneOf(image.tags.texts);
    const ask = (): Promise<Answer> => openstack(speaker).put(image.id, text);
    return change(`PUT ${text}`, image, image.tags.put(text), ask);
  },
  ({ image, speaker, random }) => {
    const text = random.oneOf(image.tags.texts);
    return removal(`DELETE ${text}`, image, text, () => openstack(speaker).remove(image.id, text));
  },
  ({ image, speaker, random }) => {
    const key = random.oneOf(image.tags.keys);
    const ask = (): Promise<Answer> => huaweiImages(speaker).remove(image.id, key);
    return removal(`v2 delete key ${key}`, image, { key }, ask);
  },
  ({ image, speaker, random }) => {
    const pair = pairOf(random.oneOf(image.tags.texts));
    const ask = (): Promise<Answer> => huaweiImages(speaker).add(image.id, pair);
    return change(`v2 create ${textOf(pair)}`, image, image.tags.set([pair]), ask);
  },
  ({ image, speaker, random }) => {
    const pair = pairOf(random.oneOf(image.tags.texts));
    const ask = (): Promise<Answer> => huaweiCloudimages(speaker).setPair(image.id, pair);
    return change(`v1 update ${textOf(pair)}`, image, image.tags.set([pair]), ask);
  },
  (parts) => {
    const { image, speaker } = parts;
    const pairs = somePairs(parts);
    const ask = (): Promise<Answer> => huaweiImages(speaker).batch(image.id, 'create', pairs);
    return change(`tags/action create ${named(pairs)}`, image, image.tags.set(pairs), ask);
  },
  (parts) => {
    const { image, speaker } = parts;
    const pairs = somePairs(parts);
    const ask = (): Promise<Answer> => huaweiImages(speaker).batch(image.id, 'delete', pairs);
    return change(`tags/action delete ${named(pairs)}`, image, image.tags.removedPairs(pairs), ask);
  },
  (parts) => {
    const { image, speaker } = parts;
    const pairs = somePairs(parts);
    const ask = (): Promise<Answer> => huaweiCloudimages(speaker).batchDelete(image.id, pairs);
    return change(`v1 delete ${named(pairs)}`, image, image.tags.removedPairs(pairs), ask);
  },
  ({ image, speaker, random }) => {
    const { port, ...who } = speaker;
    const texts = random.someOf(image.tags.texts);
    const body = [{ op: 'replace', path: '/tags', value: texts }];
    const sent = { ...who, body, headers: { 'Content-Type': patchType } };
    const ask = (): Promise<Answer> => send(port, 'PATCH', `/v2/images/${image.id}`, sent);
    return change(`PATCH ${texts.join(' ')}`, image, image.tags.replaced(texts), ask);
  },
];

const refusals: readonly Make[] = [
  (parts) => {
    const { image, speaker } = parts;
    const pairs = [...somePairs(parts), { key: 'not!allowed', value: '' }];
    const ask = (): Promise<Answer> => huaweiImages(speaker).batch(image.id, 'create', pairs);
    return refusal(`refused tags/action create ${named(pairs)}`, image, 400, ask);
  },
  ({ image, speaker: { port, timeoutMs }, random }) => {
    const text = random.oneOf(image.tags.texts);
    const sent = timeoutMs === undefined ? {} : { timeoutMs };
    const path = `/v2/images/${image.id}/tags/${encodeURIComponent(text)}`;
    return refusal(`PUT ${text} by nobody`, image, 401, () => send(port, 'PUT', path, sent));
  },
];

/** What an image shows of itself. */
const views: readonly Make[] = [
  ({ image, speaker: { port, ...who } }) =>
    read(
      `show @${image.id}`,
      () => send(port, 'GET', `/v2/images/${image.id}`, who),
      (answer) => [{ image, effect: image.tags.shown(answer.json<{ tags: string[] }>().tags) }],
    ),
  ({ image, speaker: { port, ...who } }) =>
    read(
      `v2 list @${image.id}`,
      () => send(port, 'GET', `/v2/${who.project}/images/${image.id}/tags`, who),
      (answer) => [
        {
          image,
          effect: image.tags.shown(answer.json<{ tags: TagPair[] }>().tags.map((pair) => textOf(pair))),
        },
      ],
    ),
  ({ image, speaker: { port, ...who }, random }) => {
    const text = random.oneOf(image.tags.texts);
    const path = random.oneOf(['/v2/images', '/v2/cloudimages']);
    return read(
      `${path}?tag=${text}`,
      () => send(port, 'GET', `${path}?tag=${encodeURIComponent(text)}`, who),
      (answer) => {
        const found = answer.json<{ images: { id: string }[] }>().images.some(({ id }) => id === image.id);
        return [{ image, effect: image.tags.has(text, found) }];
      },
    );
  },
  ({ images, speaker: { port, ...who } }) =>
    read(
      'v2 list of the project',
      () => send(port, 'GET', `/v2/${who.project}/images/tags`, who),
      (answer) => {
        const { tags } = answer.json<{ tags: { key: string; values: string[] }[] }>();
        const texts = tags.flatMap(({ key, values }) => values.map((value) => textOf({ key, value })));
        // The project has more images than these; keys tell whose a tag is.
        return images.map((each) => {
          const own = texts.filter((text) => each.tags.keys.includes(pairOf(text).key));
          return { image: each, effect: each.tags.shown(own) };
        });
      },
    ),
];

/** A call that only reads. */
export const aView: Make = (parts) => parts.random.oneOf(views)(parts);

/** Any call of any dialect: most of them change something. */
export const anyQuestion: Make = (parts) => {
  const chance = parts.random.next();
  const kind = chance < 0.7 ? changes : chance < 0.75 ? refusals : views;
  return parts.random.oneOf(kind)(parts);
};

/** The image's tags, in two dialects. */
export const lastQuestions: readonly Make[] = views.slice(0, 2);
