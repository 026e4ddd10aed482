/** A seeded generator (mulberry32): the same seed gives the same numbers in [0, 1). */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const hexOf = (r: () => number, digits: number): string => {
  let s = '';
  while (s.length < digits) s += Math.floor(r() * 65536).toString(16).padStart(4, '0');
  return s.slice(0, digits);
};
