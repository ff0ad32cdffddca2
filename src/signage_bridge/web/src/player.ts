// Shows one playlist after the other in two slots, and tells what became of each showing.

import { PlaybackEvent } from "./messages";
import { type Item, isSame, type Programme, Rotation } from "./playlist";
import type { Slot } from "./slot";
import type { FirstFrame, Timers } from "./swap";

export const RETRY_MS = 5_000;
/** After a swap, how long the machine is left to the new film before the next one is made ready. */
export const PREPARE_AFTER_MS = 400;

/** One creative on the screen. */
export interface Showing {
  playId: string;
  item: Item;
  programme: Programme;
}

export interface PlayerEvents {
  /** Something happened to a showing; `atMs` on the page's clock. */
  report(event: number, showing: Showing, atMs: number, detail: string): void;
  /** A showing has been painted. */
  painted(showing: Showing, frame: FirstFrame): void;
  /** What is shown changed; undefined if nothing can be. */
  changed(showing: Showing | undefined): void;
}

export interface PlayerOptions {
  slots: readonly [Slot, Slot];
  timers: Timers;
  /** Where a creative's content comes from: the store or the network. */
  sourceOf: (url: string) => string;
  newId: () => string;
  events: PlayerEvents;
}

export class Player {
  private programme: Programme | undefined;
  private house: Programme | undefined;
  private rotation = new Rotation([]);
  /** What is on the screen; `over` once it was reported as completed or failed. */
  private current: { showing: Showing; slot: Slot; over: boolean } | undefined;
  /** What was started last and is not painted yet. */
  private pending: Showing | undefined;
  private retry: number | undefined;

  constructor(private readonly options: PlayerOptions) {}

  /** Show a playlist from now on, until the next one; the same one again changes nothing. */
  show(programme: Programme): void {
    if (programme.house) this.house = programme;
    if (this.programme && isSame(this.programme, programme)) this.adopt(programme);
    else this.take(programme);
  }

  /** Set what is shown when a playlist has nothing playable; begin with it if nothing was asked for yet. */
  setHouse(programme: Programme): void {
    this.house = programme;
    if (!this.programme) this.take(programme);
  }

  /** Go back to the house playlist. */
  showHouse(): void {
    if (this.house) this.show(this.house);
  }

  /** Try again at once what could not be shown. */
  tryAgain(): void {
    if (this.retry !== undefined && this.programme) this.take(this.programme);
  }

  /** The page ends: return what it takes with it from the screen. */
  leave(): Showing | undefined {
    if (!this.current || this.current.over) return undefined;
    this.current.over = true;
    return this.current.showing;
  }

  /** Go on with what is shown, which now answers a newer message. */
  private adopt(programme: Programme): void {
    this.programme = programme;
    const showing = this.current?.showing;
    if (!showing || !isSame(showing.programme, programme)) return;
    showing.programme = programme;
    this.options.events.changed(showing);
  }

  private take(programme: Programme): void {
    this.programme = programme;
    this.rotation = new Rotation(programme.items);
    this.step();
  }

  /** Begin with the next creative of the playlist. */
  private step(): void {
    this.pending = undefined;
    if (this.retry !== undefined) this.options.timers.clear(this.retry);
    this.retry = undefined;
    const item = this.rotation.next();
    if (item && this.programme) this.start(item, this.programme);
    else this.giveUp();
  }

  private start(item: Item, programme: Programme): void {
    const slot = this.freeSlot();
    const showing = { playId: this.options.newId(), item, programme };
    this.pending = showing;
    slot.start(item, this.options.sourceOf(item.url), {
      painted: (frame) => this.swap(showing, slot, frame),
      ended: () => this.end(showing),
      failed: (reason) => this.fail(showing, reason),
    });
  }

  private swap(showing: Showing, slot: Slot, frame: FirstFrame): void {
    if (this.pending !== showing) return;
    const { events, timers } = this.options;
    const old = this.current;
    this.current = { showing, slot, over: false };
    this.pending = undefined;
    old?.slot.recede();
    if (old && !old.over) events.report(PlaybackEvent.INTERRUPTED, old.showing, frame.atMs, "");
    events.report(PlaybackEvent.STARTED, showing, frame.atMs, frame.seen ? "" : "first frame not seen");
    events.painted(showing, frame);
    events.changed(showing);
    this.rotation.note(true);
    timers.set(() => this.prepare(showing), PREPARE_AFTER_MS);
  }

  /** Load what comes next into the slot that is behind. */
  private prepare(showing: Showing): void {
    const next = this.rotation.peek();
    if (!next || this.pending || this.current?.showing !== showing) return;
    this.freeSlot().load(next, this.options.sourceOf(next.url));
  }

  private end(showing: Showing): void {
    if (this.current?.showing !== showing) return;
    this.current.over = true;
    this.options.events.report(PlaybackEvent.COMPLETED, showing, this.options.timers.nowMs(), "");
    if (!this.pending) this.step();
  }

  private fail(showing: Showing, reason: string): void {
    const broke = this.current?.showing === showing;
    if (!broke && this.pending !== showing) return;
    if (this.current && broke) this.current.over = true;
    this.options.events.report(PlaybackEvent.FAILED, showing, this.options.timers.nowMs(), reason);
    if (broke && this.pending) return;
    this.rotation.note(false);
    this.step();
  }

  /** Nothing of the playlist can be shown: the house playlist, or nothing until the next try. */
  private giveUp(): void {
    const house = this.house;
    if (house && this.programme && !isSame(house, this.programme)) this.fallBack(house);
    else this.showNothing();
  }

  private fallBack(house: Programme): void {
    const current = this.current;
    if (!current || current.over || !isSame(current.showing.programme, house)) {
      this.take(house);
      return;
    }
    this.programme = house;
    this.rotation = new Rotation(house.items);
  }

  private showNothing(): void {
    if (this.current?.over !== false) {
      this.current?.slot.stop();
      this.current = undefined;
      this.options.events.changed(undefined);
    }
    this.retry = this.options.timers.set(() => this.tryAgain(), RETRY_MS);
  }

  private freeSlot(): Slot {
    const [first, second] = this.options.slots;
    return this.current?.slot === first ? second : first;
  }
}
