import { Refused } from './errors';
import type { Properties } from './image';
import { modelLimits } from './limits';
import { checkedTag, countCodePoints, type Tag, tagFromName } from './tag';

/** @throws Refused tag-limit-reached, tag-invalid */
export function tagsFromNames(imageId: string, names: readonly string[], limit: number): Tag[] {
  // Counts texts as sent, duplicates included.
  if (names.length > limit) {
    throw new Refused({ kind: 'tag-limit-reached', imageId, attempted: names.length, limit });
  }
  return [...new Set(names)].map((name) => checkedTag(tagFromName(name)));
}

export function hasMoreProperties(now: Properties, before: Properties): boolean {
  return [...now.keys()].some((name) => !before.has(name));
}

/** @throws Refused property-limit-reached */
export function requireFewProperties(properties: Properties): void {
  const limit = modelLimits.propertiesPerImage;
  if (properties.size <= limit) return;
  throw new Refused({ kind: 'property-limit-reached', attempted: properties.size, limit });
}

/** Existing values may stay: they predate the limits. @throws Refused property-too-long */
export function requireShortProperties(properties: Properties, before: Properties = new Map()): void {
  for (const [name, value] of properties) {
    if (before.get(name) === value && before.has(name)) continue;
    const part = countCodePoints(name) > modelLimits.propertyName ? 'name' : 'value';
    if (part === 'value' && Buffer.byteLength(value ?? '') <= modelLimits.propertyValue) continue;
    const limit = part === 'name' ? modelLimits.propertyName : modelLimits.propertyValue;
    throw new Refused({ kind: 'property-too-long', part, limit });
  }
}
