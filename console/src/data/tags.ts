import { dottedFromPair } from '../../../src/dialects/huawei-ims/rules';
import { type Tag, tagFromPair } from '../../../src/core/tag';

/** The three ways in which the dialects write one tag. */
export const spellings = ['plain', 'pair', 'v1'] as const;
export type Spelling = (typeof spellings)[number];

export const spellingNames: Readonly<Record<Spelling, string>> = {
  plain: 'Plain',
  pair: 'Key / value',
  v1: 'v1 text',
};

/** How `GET /v1/cloudimages/tags` writes pairs, a setting of the gateway. */
export type TagText = 'equals' | 'dot';

/** @param tagText how v1 writes pairs here */
export function spell(tag: Tag, spelling: Spelling, tagText: TagText): string {
  switch (spelling) {
    case 'plain':
      return tag.name;
    case 'pair':
      return tag.value === '' ? tag.key : `${tag.key} / ${tag.value}`;
    case 'v1':
      return tagText === 'dot' ? dottedFromPair(tag) : tagFromPair(tag).name;
  }
}
