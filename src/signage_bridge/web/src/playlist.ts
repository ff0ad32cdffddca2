// What is to be shown: playlists from selections and from the manifest.

import type { AdSelection } from "./messages";

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

/** Tell from a path whether it is a picture; everything else is tried as a video. */
export function mediaKindOf(url: string): MediaKind {
  return /\.(png|jpe?g)$/i.test(url) ? "picture" : "video";
}

function makeItem(creative: string, url: string, durationS: number | undefined): PlaylistItem {
  const isKnown = durationS !== undefined && durationS > 0;
  return { creative, url, durationS: isKnown ? durationS : DEFAULT_DURATION_S, kind: mediaKindOf(url) };
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

/** Goes round a playlist, past what can't be shown. */
export class Rotation {
  private index = -1;
  private failedInARow = 0;

  constructor(readonly items: readonly PlaylistItem[]) {}

  /** Step to the next creative; undefined if none is left that did not fail since the last success. */
  next(): PlaylistItem | undefined {
    if (this.failedInARow >= this.items.length) return undefined;
    this.index = (this.index + 1) % this.items.length;
    return this.items[this.index];
  }

  /** Return what `next` will give, without stepping. */
  peek(): PlaylistItem | undefined {
    return this.items[(this.index + 1) % this.items.length];
  }

  /** Record whether the creative given last could be shown. */
  record(wasShown: boolean): void {
    this.failedInARow = wasShown ? 0 : this.failedInARow + 1;
  }
}
