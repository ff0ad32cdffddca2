// Which creatives are kept: what comes first, and what may drive out what. The house playlist comes first, then what is
// shown now, then the rest in the catalogue's order. Only the house playlist drives out other creatives of the
// manifest: so what does not fit stays out, and nothing goes round in circles.

import type { Manifest, ManifestCreative } from "./playlist";

/** What is known of one stored content without reading it. */
export interface StoredMedia {
  digest: string;
  bytes: number;
  usedMs: number;
}

/** Return the digests to forget so that all fits: those that the manifest no longer has first, of them the oldest. */
export function digestsToEvict(
  stored: readonly StoredMedia[],
  wanted: ReadonlySet<string>,
  budgetBytes: number,
): string[] {
  let total = bytesOf(stored);
  const order = [...stored].sort(
    (a, b) => Number(wanted.has(a.digest)) - Number(wanted.has(b.digest)) || a.usedMs - b.usedMs,
  );
  const evicted: string[] = [];
  for (const entry of order) {
    if (total <= budgetBytes) break;
    evicted.push(entry.digest);
    total -= entry.bytes;
  }
  return evicted;
}

/** Return how many bytes some contents have. */
export function bytesOf(entries: readonly StoredMedia[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Return the digests to forget so that a creative has room; undefined if it has to stay out. */
export function roomFor(
  creative: ManifestCreative,
  stored: readonly StoredMedia[],
  { house, lasting, all }: Ranks,
  budgetBytes: number,
): string[] | undefined {
  const staying = house.has(creative.digest) ? lasting : all;
  const others = stored.filter(({ digest }) => !staying.has(digest));
  const leftBytes = budgetBytes - creative.bytes - (bytesOf(stored) - bytesOf(others));
  return leftBytes < 0 ? undefined : digestsToEvict(others, all, leftBytes);
}

/** Return the creatives in the order in which to fetch them: the house playlist, what is shown now, the rest. */
export function fetchOrder(manifest: Manifest, shown: ReadonlySet<string> = new Set()): ManifestCreative[] {
  const house = new Set(manifest.fallback);
  const rank = ({ name, url }: ManifestCreative): number => (house.has(name) ? 0 : shown.has(url) ? 1 : 2);
  return [...manifest.creatives].sort((a, b) => rank(a) - rank(b));
}

/** Digests of a manifest, by what may drive out what. */
export interface Ranks {
  house: ReadonlySet<string>;
  /** The house playlist and what is shown now. */
  lasting: ReadonlySet<string>;
  all: ReadonlySet<string>;
}

/** Rank the content of a manifest; `shown` are the paths of what is shown now. */
export function ranksOf({ creatives, fallback }: Manifest, shown: ReadonlySet<string>): Ranks {
  const digestsOf = (chosen: ManifestCreative[]): Set<string> => new Set(chosen.map(({ digest }) => digest));
  const isHouse = ({ name }: ManifestCreative): boolean => fallback.includes(name);
  return {
    house: digestsOf(creatives.filter(isHouse)),
    lasting: digestsOf(creatives.filter((creative) => isHouse(creative) || shown.has(creative.url))),
    all: digestsOf(creatives),
  };
}
