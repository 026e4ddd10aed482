export const PALETTE_SIZE = 20;

/** Chosen so that the names of a dozen typical services fall on colours of their own. */
const SEED = 105_327;

/**
 * The palette index of a service: FNV-1a over its UTF-16 units from our own seed, mixed once more. A pure function of the name, so that a
 * service keeps its colour on every page, machine and release. Changing it changes every user's colours: do not.
 */
export function serviceIndex(name: string): number {
  let h = SEED;
  for (let i = 0; i < name.length; i++) {
    h ^= name.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x45d9f3b);
  h ^= h >>> 15;
  return (h >>> 0) % PALETTE_SIZE;
}

/** The colour of a service for CSS. */
export const serviceColour = (name: string): string => `var(--svc-${serviceIndex(name)})`;
