// What is to be shown: playlists out of selections and of the manifest.

import type { AdSelection } from "./messages";

export type Kind = "video" | "picture";

/** One creative of a playlist. */
export interface Item {
  creative: string;
  url: string;
  durationS: number;
  kind: Kind;
}

/** What the screen repeats until it gets another. */
export interface Programme {
  items: readonly Item[];
  /** Whether it is the house playlist, not an answer to somebody. */
  house: boolean;
  episode: string;
  /** The message that asked for it; none if it comes from the manifest. */
  selection?: AdSelection;
}

export interface ManifestCreative {
  name: string;
  url: string;
  duration_s: number;
  bytes: number;
  digest: string;
}

export interface Manifest {
  creatives: ManifestCreative[];
  fallback: string[];
}

const DEFAULT_DURATION_S = 10;

/** Tell from a path whether it is a picture; everything else is tried as a video. */
export function kindOf(url: string): Kind {
  return /\.(png|jpe?g)$/i.test(url) ? "picture" : "video";
}

function item(creative: string, url: string, durationS: number | undefined): Item {
  const known = durationS !== undefined && durationS > 0;
  return { creative, url, durationS: known ? durationS : DEFAULT_DURATION_S, kind: kindOf(url) };
}

/** Return the playlist that a selection asks for. */
export function programmeOf(selection: AdSelection): Programme {
  const names = selection.creatives.length > 0 ? selection.creatives : [selection.creative];
  const urls = selection.creatives.length > 0 ? selection.urls : [selection.url];
  const items = names.map((name, index) => item(name, urls[index] ?? "", selection.durations_s[index]));
  return { items: items.filter((each) => each.url), house: selection.fallback, episode: selection.episode, selection };
}

/** Return the house playlist of a manifest; undefined if it has none. */
export function houseProgramme(manifest: Manifest): Programme | undefined {
  const items = manifest.fallback.flatMap((name) => {
    const found = manifest.creatives.find((creative) => creative.name === name);
    return found ? [item(found.name, found.url, found.duration_s)] : [];
  });
  return items.length > 0 ? { items, house: true, episode: "" } : undefined;
}

/** Tell whether nothing would change on the screen: the same message again, or the same house playlist. */
export function isSame(one: Programme, other: Programme): boolean {
  if (one.house !== other.house || one.episode !== other.episode) return false;
  return contentOf(one) === contentOf(other) && (one.house || decidedAt(one) === decidedAt(other));
}

function contentOf(programme: Programme): string {
  return JSON.stringify(programme.items.map(({ creative, url }) => [creative, url]));
}

function decidedAt(programme: Programme): string {
  const decided = programme.selection?.decided;
  return decided ? `${decided.sec}.${decided.nanosec}` : "";
}

/** Goes round a playlist, past what can't be shown. */
export class Rotation {
  private index = -1;
  private failedInARow = 0;

  constructor(readonly items: readonly Item[]) {}

  /** Step to the next creative; undefined if none is left that did not fail since the last success. */
  next(): Item | undefined {
    if (this.failedInARow >= this.items.length) return undefined;
    this.index = (this.index + 1) % this.items.length;
    return this.items[this.index];
  }

  /** Return what `next` will give, without stepping. */
  peek(): Item | undefined {
    return this.items[(this.index + 1) % this.items.length];
  }

  /** Note that the creative given last could be shown, or could not. */
  note(shown: boolean): void {
    this.failedInARow = shown ? 0 : this.failedInARow + 1;
  }
}
