import type { Call, World } from './world';

export type Draw = (world: World) => Call | undefined;
export type Draws = readonly (readonly [weight: number, draw: Draw])[];

/** As part of a URL; names for ids stay. */
export function escaped(text: string): string {
  return text.startsWith('<') ? text : encodeURIComponent(text);
}
