// What is to be shown: playlists from selections and from the manifest.

import type { AdSelection } from "./messages";
import { Rests } from "./rests";

export type MediaKind = "video" | "picture";

/** One creative of a playlist. */
export interface PlaylistItem {
  creative: string;
  url: string;
  durationS: number;
  kind: MediaKind;
}

/** What the screen repeats until it gets another. */
export interface Playlist {
  items: readonly PlaylistItem[];
  /** Whether it is the house playlist, not an answer to somebody. */
  isHouse: boolean;
  /** The presence episode that it answers; empty for the house playlist. */
  episode: string;
  /** The message that asked for it; none if it comes from the manifest. */
  selection?: AdSelection;
}

/** One creative of the manifest. */
export interface ManifestCreative {
  name: string;
  url: string;
  duration_s: number;
  bytes: number;
  digest: string;
}

/** /manifest.json: all that may be shown, and the names of the house playlist. */
export interface Manifest {
  creatives: ManifestCreative[];
  fallback: string[];
}

const DEFAULT_DURATION_S = 10;
/** Longest time of a creative; what a browser's timer can't count would be over at once. */
const LONGEST_DURATION_S = 86_400;

/** How long a creative that failed is passed over, doubled up to the longest each time that it fails again. */
export const FIRST_REST_MS = 5_000;
export const LONGEST_REST_MS = 60_000;

/** Read what claims to be a manifest, from the network or kept; entries that are none are left out. */
export function readManifest(value: unknown): Manifest {
  const { creatives, fallback } = (value ?? {}) as Partial<Record<keyof Manifest, unknown>>;
  if (!Array.isArray(creatives) || !Array.isArray(fallback)) throw new Error("expected creatives and fallback");
  return { creatives: creatives.filter(isCreative), fallback: fallback.filter((name) => typeof name === "string") };
}

function isCreative(value: unknown): value is ManifestCreative {
  const { name, url, duration_s, bytes, digest } = (value ?? {}) as Record<keyof ManifestCreative, unknown>;
  const texts = [name, url, digest];
  return texts.every((text) => typeof text === "string" && text) && [duration_s, bytes].every(Number.isFinite);
}

/** Tell from a path whether it is a picture; everything else is tried as a video. */
export function mediaKindOf(url: string): MediaKind {
  return /\.(png|jpe?g)$/i.test(url) ? "picture" : "video";
}

function makeItem(creative: string, url: string, durationS: number | undefined): PlaylistItem {
  const isKnown = durationS !== undefined && durationS > 0;
  const usedS = isKnown ? Math.min(durationS, LONGEST_DURATION_S) : DEFAULT_DURATION_S;
  return { creative, url, durationS: usedS, kind: mediaKindOf(url) };
}

/** Return the playlist that a selection asks for. */
export function playlistOf(selection: AdSelection): Playlist {
  const names = selection.creatives.length > 0 ? selection.creatives : [selection.creative];
  const urls = selection.creatives.length > 0 ? selection.urls : [selection.url];
  const items = names.map((name, index) => makeItem(name, urls[index] ?? "", selection.durations_s[index]));
  return {
    items: items.filter((each) => each.url),
    isHouse: selection.fallback,
    episode: selection.episode,
    selection,
  };
}

/** Return the house playlist of a manifest; undefined if it has none. */
export function housePlaylistOf(manifest: Manifest): Playlist | undefined {
  const items = manifest.fallback.flatMap((name) => {
    const found = manifest.creatives.find((creative) => creative.name === name);
    return found ? [makeItem(found.name, found.url, found.duration_s)] : [];
  });
  return items.length > 0 ? { items, isHouse: true, episode: "" } : undefined;
}

/** Tell whether nothing would change on the screen: the same message again, or the same house playlist. */
export function isSamePlaylist(one: Playlist, other: Playlist): boolean {
  if (one.isHouse !== other.isHouse || one.episode !== other.episode) return false;
  return contentOf(one) === contentOf(other) && (one.isHouse || decidedAt(one) === decidedAt(other));
}

function contentOf(playlist: Playlist): string {
  return JSON.stringify(playlist.items.map(({ creative, url }) => [creative, url]));
}

function decidedAt(playlist: Playlist): string {
  const decided = playlist.selection?.decided;
  return decided ? `${decided.sec}.${decided.nanosec}` : "";
}

/** Goes round a playlist, past what rests because it failed. */
export class Rotation {
  private index = -1;

  constructor(
    readonly items: readonly PlaylistItem[],
    private readonly rests = new Rests(() => 0, FIRST_REST_MS, LONGEST_REST_MS),
  ) {}

  /** Step to the next creative; undefined if all of them rest. */
  next(): PlaylistItem | undefined {
    const index = this.nextIndex();
    if (index === undefined) return undefined;
    this.index = index;
    return this.items[index];
  }

  /** Return what `next` will give, without stepping. */
  peek(): PlaylistItem | undefined {
    const index = this.nextIndex();
    return index === undefined ? undefined : this.items[index];
  }

  /** Record whether the creative given last could be shown to its end. */
  record(wasShown: boolean): void {
    const item = this.items[this.index];
    if (!item) return;
    if (wasShown) this.rests.end(item.url);
    else this.rests.begin(item.url);
  }

  /** How long it takes until one of the creatives may be tried again. */
  restMs(): number {
    const restsMs = this.items.map((item) => this.rests.remainingMs(item.url));
    return restsMs.length > 0 ? Math.min(...restsMs) : 0;
  }

  private nextIndex(): number | undefined {
    const steps = this.items.map((_, step) => (this.index + 1 + step) % this.items.length);
    return steps.find((index) => !this.rests.has((this.items[index] as PlaylistItem).url));
  }
}
