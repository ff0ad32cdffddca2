// Shows one playlist after the other in two slots, and tells what became of each showing.

import type { Timers } from "./clock";
import { PlaybackEvent } from "./messages";
import { FIRST_REST_MS, isSamePlaylist, LONGEST_REST_MS, type Playlist, type PlaylistItem, Rotation } from "./playlist";
import type { FirstFrame } from "./first_frame";
import { Rests, TokenBucket } from "./rests";
import type { Slot } from "./slot";

/** How long nothing is shown before it is tried again, at least. */
export const RETRY_MS = FIRST_REST_MS;
/** So many playlists may follow each other at once; more come no faster than one in CHANGE_MS. */
export const CHANGES_AT_ONCE = 20;
export const CHANGE_MS = 200;
/** After a change, how long the machine is left to the new film before the next one is loaded. */
export const PRELOAD_AFTER_MS = 400;

/** One creative on the screen. */
export interface Showing {
  playId: string;
  item: PlaylistItem;
  playlist: Playlist;
}

export interface PlayerEvents {
  /** A PlaybackEvent of a showing; `atMs` on the page's clock. */
  report(event: number, showing: Showing, atMs: number, detail: string): void;
  /** A showing has been painted. */
  painted(showing: Showing, frame: FirstFrame): void;
  /** What is shown changed; undefined if nothing can be. */
  changed(showing: Showing | undefined): void;
}

export interface PlayerOptions {
  slots: readonly [Slot, Slot];
  timers: Timers;
  /** Return the address to play a creative from: the cache's or the network's. */
  sourceOf: (url: string) => string;
  newId: () => string;
  events: PlayerEvents;
}

export class Player {
  private playlist: Playlist | undefined;
  private house: Playlist | undefined;
  private rotation = new Rotation([]);
  private readonly rests: Rests;
  private readonly changes: TokenBucket;
  /** Shows the newest playlist, where many came at once. */
  private postponed: number | undefined;
  /** What is on the screen; `isOver` once its end was reported. */
  private current: { showing: Showing; slot: Slot; isOver: boolean } | undefined;
  /** What was started last and is not painted yet. */
  private pending: Showing | undefined;
  private retry: number | undefined;

  constructor(private readonly options: PlayerOptions) {
    const nowMs = (): number => options.timers.nowMs();
    this.rests = new Rests(nowMs, FIRST_REST_MS, LONGEST_REST_MS);
    this.changes = new TokenBucket(nowMs, CHANGES_AT_ONCE, CHANGE_MS);
  }

  /** Show a playlist from now on, until the next one; the same one again changes nothing. */
  show(playlist: Playlist): void {
    this.clearPostponed();
    if (playlist.isHouse) this.house = playlist;
    if (this.playlist && isSamePlaylist(this.playlist, playlist)) {
      this.adopt(playlist);
      return;
    }
    const waitMs = this.changes.take();
    if (waitMs > 0) {
      this.postponed = this.options.timers.set(() => this.show(playlist), waitMs);
      return;
    }
    this.rests.clear();
    this.begin(playlist);
  }

  /** Set what is shown when a playlist has nothing playable; begin with it if nobody asked for anything yet. */
  setHousePlaylist(playlist: Playlist): void {
    this.house = playlist;
    if (!this.playlist || (this.playlist.isHouse && !this.playlist.selection)) this.show(playlist);
    else if (this.retry !== undefined) this.retryRested();
  }

  /** Go back to the house playlist; one that is shown already stays, also when another is known meanwhile. */
  showHousePlaylist(): void {
    if (this.house && !this.playlist?.isHouse) this.show(this.house);
  }

  /** Try again at once what could not be shown. */
  retryNow(): void {
    if (this.retry === undefined) return;
    this.rests.clear();
    this.retryRested();
  }

  /** End because the page is left; return what that interrupts, which is not reported here. */
  exit(): Showing | undefined {
    if (!this.current || this.current.isOver) return undefined;
    this.current.isOver = true;
    return this.current.showing;
  }

  /** Go on with what is shown, which now answers a newer message. */
  private adopt(playlist: Playlist): void {
    this.playlist = playlist;
    const showing = this.current?.showing;
    if (!showing || !isSamePlaylist(showing.playlist, playlist)) return;
    showing.playlist = playlist;
    this.options.events.changed(showing);
  }

  private begin(playlist: Playlist): void {
    this.playlist = playlist;
    this.rotation = new Rotation(playlist.items, this.rests);
    this.playNext();
  }

  private retryRested(): void {
    if (this.playlist) this.begin(this.playlist);
  }

  private clearPostponed(): void {
    if (this.postponed !== undefined) this.options.timers.clear(this.postponed);
    this.postponed = undefined;
  }

  /** Begin with the next creative of the playlist. */
  private playNext(): void {
    this.pending = undefined;
    if (this.retry !== undefined) this.options.timers.clear(this.retry);
    this.retry = undefined;
    const item = this.rotation.next();
    if (item && this.playlist) this.start(item, this.playlist);
    else this.onNothingPlayable();
  }

  private start(item: PlaylistItem, playlist: Playlist): void {
    const slot = this.freeSlot();
    const showing = { playId: this.options.newId(), item, playlist };
    this.pending = showing;
    slot.start(item, this.options.sourceOf(item.url), {
      painted: (frame) => this.onPainted(showing, slot, frame),
      ended: () => this.onEnded(showing),
      failed: (reason) => this.onFailed(showing, reason),
    });
  }

  private onPainted(showing: Showing, slot: Slot, frame: FirstFrame): void {
    if (this.pending !== showing) return;
    const { events, timers } = this.options;
    const old = this.current;
    this.current = { showing, slot, isOver: false };
    this.pending = undefined;
    old?.slot.sendToBack();
    if (old && !old.isOver) events.report(PlaybackEvent.INTERRUPTED, old.showing, frame.atMs, "");
    events.report(PlaybackEvent.STARTED, showing, frame.atMs, frame.isSeen ? "" : "first frame not seen");
    events.painted(showing, frame);
    events.changed(showing);
    timers.set(() => this.preloadNext(showing), PRELOAD_AFTER_MS);
  }

  /** Load what comes next into the slot that is behind. */
  private preloadNext(showing: Showing): void {
    const next = this.rotation.peek();
    if (!next || this.pending || this.current?.showing !== showing) return;
    this.freeSlot().load(next, this.options.sourceOf(next.url));
  }

  private onEnded(showing: Showing): void {
    if (this.pending === showing) this.onFailed(showing, "ended without a picture");
    if (this.current?.showing !== showing) return;
    if (!this.current.isOver)
      this.options.events.report(PlaybackEvent.COMPLETED, showing, this.options.timers.nowMs(), "");
    this.current.isOver = true;
    if (this.pending) return;
    this.rotation.record(true);
    this.playNext();
  }

  private onFailed(showing: Showing, reason: string): void {
    const wasShown = this.current?.showing === showing;
    if (!wasShown && this.pending !== showing) return;
    if (this.current && wasShown) this.current.isOver = true;
    this.options.events.report(PlaybackEvent.FAILED, showing, this.options.timers.nowMs(), reason);
    if (wasShown && this.pending) return;
    this.rotation.record(false);
    this.playNext();
  }

  /** Nothing of the playlist can be shown: the house playlist, or nothing until the next try. */
  private onNothingPlayable(): void {
    const house = this.house;
    if (house && this.playlist && !isSamePlaylist(house, this.playlist)) this.fallBack(house);
    else this.showNothing();
  }

  private fallBack(house: Playlist): void {
    const current = this.current;
    if (!current || current.isOver || !isSamePlaylist(current.showing.playlist, house)) {
      this.begin(house);
      return;
    }
    this.playlist = house;
    this.rotation = new Rotation(house.items, this.rests);
  }

  private showNothing(): void {
    if (this.current?.isOver !== false) {
      this.current?.slot.unload();
      this.current = undefined;
      this.options.events.changed(undefined);
    }
    this.retry = this.options.timers.set(() => this.retryRested(), Math.max(RETRY_MS, this.rotation.restMs()));
  }

  private freeSlot(): Slot {
    const [first, second] = this.options.slots;
    return this.current?.slot === first ? second : first;
  }
}
