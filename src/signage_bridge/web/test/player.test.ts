import assert from "node:assert/strict";
import { test } from "node:test";
import { type AdSelection, PlaybackEvent } from "../src/messages";
import { CHANGE_MS, CHANGES_AT_ONCE, Player, PRELOAD_AFTER_MS, RETRY_MS } from "../src/player";
import type { Playlist } from "../src/playlist";
import { FakeSlot, FakeTimers } from "./fakes";

const NAMES = Object.fromEntries(Object.entries(PlaybackEvent).map(([name, value]) => [value, name]));

function playlist(names: string[], over: Partial<Playlist> = {}): Playlist {
  const items = names.map((name) => ({ creative: name, url: `/media/${name}`, durationS: 8, kind: "video" as const }));
  return { items, isHouse: false, episode: "e1", ...over };
}

const house = (...names: string[]): Playlist => playlist(names, { isHouse: true, episode: "" });

class Stage {
  readonly timers = new FakeTimers();
  readonly slots: [FakeSlot, FakeSlot] = [new FakeSlot(), new FakeSlot()];
  readonly reports: string[] = [];
  readonly shown: (string | undefined)[] = [];
  readonly ids: string[] = [];
  private count = 0;
  readonly player = new Player({
    slots: this.slots,
    timers: this.timers,
    sourceOf: (url) => url,
    newId: () => `p${++this.count}`,
    events: {
      report: (event, { item, playId }, atMs, detail) => {
        this.reports.push([NAMES[event], item.creative, atMs, detail].filter((part) => part !== "").join(" "));
        this.ids.push(`${playId} ${NAMES[event]}`);
      },
      painted: () => undefined,
      changed: (showing) => this.shown.push(showing?.item.creative),
    },
  });

  /** Return the reports since the last call. */
  news(): string[] {
    return this.reports.splice(0);
  }
}

test("a selection replaces the house loop on its first frame, not before", () => {
  const { player, slots, timers, ...stage } = new Stage();
  const [first, second] = slots;
  player.show(house("house"));
  first.paint(10);
  timers.pass(1000);
  player.show(playlist(["shoe"]));
  assert.deepEqual(stage.shown, ["house"]);
  assert.ok(!first.log.includes("sendToBack"));
  second.paint(1040);
  assert.deepEqual(stage.reports, ["STARTED house 10", "INTERRUPTED house 1040", "STARTED shoe 1040"]);
  assert.equal(first.log.at(-1), "sendToBack");
});

test("a single creative repeats, each time a play of its own, ready in the other slot beforehand", () => {
  const stage = new Stage();
  const [first, second] = stage.slots;
  stage.player.show(playlist(["shoe"]));
  first.paint(10);
  stage.timers.pass(PRELOAD_AFTER_MS);
  assert.equal(second.loaded, "/media/shoe");
  stage.timers.pass(8000);
  first.events?.ended();
  second.paint(8420);
  assert.deepEqual(stage.ids, ["p1 STARTED", "p1 COMPLETED", "p2 STARTED"]);
});

test("a playlist goes round", () => {
  const stage = new Stage();
  stage.player.show(house("a", "b"));
  for (const index of [0, 1, 0] as const) {
    stage.slots[index].paint(0);
    stage.slots[index].events?.ended();
  }
  assert.deepEqual(stage.shown, ["a", "b", "a"]);
});

test("the same message again changes nothing", () => {
  const stage = new Stage();
  stage.player.show(playlist(["shoe"]));
  stage.slots[0].paint(10);
  stage.player.show(playlist(["shoe"]));
  assert.deepEqual(stage.slots[1].log, []);
  assert.deepEqual(stage.reports, ["STARTED shoe 10"]);
});

test("the same creative for another episode is a new play", () => {
  const stage = new Stage();
  stage.player.show(playlist(["shoe"]));
  stage.slots[0].paint(10);
  stage.player.show(playlist(["shoe"], { episode: "e2" }));
  stage.slots[1].paint(20);
  assert.deepEqual(stage.ids, ["p1 STARTED", "p1 INTERRUPTED", "p2 STARTED"]);
});

test("a selection that another one overtakes was never shown", () => {
  const stage = new Stage();
  stage.player.show(playlist(["shoe"]));
  const late = stage.slots[0].events;
  stage.player.show(playlist(["watch"]));
  late?.painted({ atMs: 5, isSeen: true });
  late?.failed("late");
  stage.slots[0].paint(9);
  assert.deepEqual(stage.reports, ["STARTED watch 9"]);
});

test("what can't be shown is reported and the next one follows", () => {
  const stage = new Stage();
  stage.player.show(playlist(["broken", "shoe"]));
  stage.slots[0].events?.failed("can't be decoded");
  stage.slots[0].paint(7);
  assert.deepEqual(stage.reports, ["FAILED broken 0 can't be decoded", "STARTED shoe 7"]);
});

test("a broken answer leaves the house loop running", () => {
  const stage = new Stage();
  stage.player.show(house("house"));
  stage.slots[0].paint(1);
  stage.player.show(playlist(["broken"]));
  stage.slots[1].events?.failed("no");
  assert.deepEqual(stage.news(), ["STARTED house 1", "FAILED broken 0 no"]);
  stage.slots[0].events?.ended();
  stage.slots[1].paint(8000);
  assert.deepEqual(stage.news(), ["COMPLETED house 0", "STARTED house 8000"]);
});

test("a film that breaks while it is shown fails under its own id", () => {
  const stage = new Stage();
  stage.player.show(playlist(["shoe", "watch"]));
  stage.slots[0].paint(1);
  stage.slots[0].events?.failed("stands still");
  stage.slots[1].paint(2);
  assert.deepEqual(stage.ids, ["p1 STARTED", "p1 FAILED", "p2 STARTED"]);
});

test("the end of the old film does not stop a new selection on its way", () => {
  const stage = new Stage();
  stage.player.show(house("house"));
  stage.slots[0].paint(1);
  stage.player.show(playlist(["shoe"]));
  stage.slots[0].events?.ended();
  stage.slots[1].paint(20);
  assert.deepEqual(stage.reports, ["STARTED house 1", "COMPLETED house 0", "STARTED shoe 20"]);
});

test("when nothing can be shown that is said, and tried again later or by a touch", () => {
  const stage = new Stage();
  stage.player.show(house("broken"));
  stage.slots[0].events?.failed("no");
  assert.deepEqual(stage.shown, [undefined]);
  stage.timers.pass(RETRY_MS);
  stage.slots[0].events?.failed("no");
  stage.player.retryNow();
  stage.slots[0].paint(9000);
  assert.deepEqual(stage.shown, [undefined, undefined, "broken"]);
  stage.player.retryNow();
  assert.equal(stage.slots[1].log.length, 0);
});

test("a broken answer and a broken house loop end in nothing, not in a circle", () => {
  const stage = new Stage();
  stage.player.setHousePlaylist(house("broken"));
  stage.slots[0].events?.failed("no");
  stage.player.show(playlist(["worse"]));
  stage.slots[0].events?.failed("no");
  stage.slots[0].events?.failed("no");
  assert.deepEqual(stage.news(), ["FAILED broken 0 no", "FAILED worse 0 no", "FAILED broken 0 no"]);
  assert.equal(stage.shown.at(-1), undefined);
});

test("the manifest's house playlist is shown until something else is asked for", () => {
  const stage = new Stage();
  stage.player.setHousePlaylist(house("house"));
  stage.slots[0].paint(1);
  stage.player.show(house("house"));
  assert.deepEqual(stage.news(), ["STARTED house 1"]);
  stage.player.show(playlist(["shoe"]));
  stage.slots[1].paint(2);
  stage.player.setHousePlaylist(house("other"));
  assert.deepEqual(stage.news(), ["INTERRUPTED house 2", "STARTED shoe 2"]);
  stage.player.showHousePlaylist();
  stage.slots[0].paint(3);
  assert.deepEqual(stage.news(), ["INTERRUPTED shoe 3", "STARTED other 3"]);
});

test("going back to the house playlist leaves one that is shown as it is", () => {
  const stage = new Stage();
  stage.player.show(playlist(["house"], { isHouse: true, selection: {} as AdSelection }));
  stage.slots[0].paint(1);
  stage.player.setHousePlaylist(house("other"));
  stage.player.showHousePlaylist();
  assert.deepEqual(stage.news(), ["STARTED house 1"]);
  assert.deepEqual(stage.slots[1].log, []);
});

test("leaving the page gives what is shown, once", () => {
  const stage = new Stage();
  assert.equal(stage.player.exit(), undefined);
  stage.player.show(playlist(["shoe"]));
  stage.slots[0].paint(1);
  assert.equal(stage.player.exit()?.playId, "p1");
  assert.equal(stage.player.exit(), undefined);
});

test("a film that ends before its first frame failed, and the next one follows", () => {
  const stage = new Stage();
  stage.player.show(house("blink", "shoe"));
  stage.slots[0].events?.ended();
  stage.slots[0].paint(7);
  assert.deepEqual(stage.reports, ["FAILED blink 0 ended without a picture", "STARTED shoe 7"]);
});

/** Fail whatever is started, for a while; return how many reports that makes in each minute. */
function reportsPerMinute(stage: Stage, minutes: number): number[] {
  return Array.from({ length: minutes }, () => {
    stage.news();
    for (let second = 0; second < 60; second += 1) {
      for (let tries = 0; tries < 1000 && stage.slots.some((slot) => slot.events); tries += 1)
        for (const slot of stage.slots) slot.events?.failed("no");
      stage.timers.pass(1000);
    }
    return stage.news().length;
  });
}

test("when all creatives fail the reports become few", () => {
  const names = Array.from({ length: 30 }, (_, index) => `c${index}`);
  const stage = new Stage();
  stage.player.show(house(...names));
  const counts = reportsPerMinute(stage, 10);
  assert.ok((counts[0] ?? 0) >= 2 * names.length);
  for (const count of counts.slice(2)) assert.ok(count <= names.length, `${counts}`);
  assert.equal(stage.shown.at(-1), undefined);
});

test("a creative that keeps failing among good ones is tried once a minute at most", () => {
  const stage = new Stage();
  stage.player.show(house("broken", "good"));
  stage.slots[0].events?.failed("no");
  const failures: number[] = [];
  for (let minute = 0; minute < 10; minute += 1) {
    for (let second = 0; second < 60; second += 1) {
      stage.timers.pass(1000);
      for (const slot of stage.slots) {
        if (slot.loaded.endsWith("broken")) slot.events?.failed("no");
        slot.paint(0);
        slot.events?.ended();
      }
    }
    failures.push(stage.news().filter((line) => line.startsWith("FAILED")).length);
  }
  for (const count of failures.slice(3)) assert.ok(count <= 2, `${failures}`);
  assert.ok(
    failures.every((count) => count > 0),
    `${failures}`,
  );
});

test("a flood of selections is thinned out, and the newest one wins", () => {
  const stage = new Stage();
  stage.player.show(house("house"));
  stage.slots[0].paint(0);
  for (let index = 0; index < 1000; index += 1) {
    stage.player.show(playlist([`c${index}`], { episode: `e${index}` }));
    for (const slot of stage.slots) slot.paint(0);
    stage.timers.pass(10);
  }
  const started = stage.news().filter((line) => line.startsWith("STARTED"));
  assert.ok(started.length <= CHANGES_AT_ONCE + 10_000 / CHANGE_MS + 1, `${started.length}`);
  stage.timers.pass(CHANGE_MS);
  for (const slot of stage.slots) slot.paint(0);
  assert.equal(stage.shown.at(-1), "c999");
});

test("a selection that was put off is forgotten if the one before comes again", () => {
  const stage = new Stage();
  for (let index = 0; index < CHANGES_AT_ONCE; index += 1)
    stage.player.show(playlist([`c${index}`], { episode: `e${index}` }));
  const last = CHANGES_AT_ONCE - 1;
  stage.player.show(playlist(["late"], { episode: "late" }));
  stage.player.show(playlist([`c${last}`], { episode: `e${last}` }));
  stage.timers.pass(10 * CHANGE_MS);
  stage.slots[0].paint(1);
  assert.deepEqual(stage.shown, [`c${last}`]);
});

test("another house playlist of the manifest replaces the one before", () => {
  const stage = new Stage();
  stage.player.setHousePlaylist(house("old"));
  stage.slots[0].paint(1);
  stage.player.setHousePlaylist(house("new"));
  stage.slots[1].paint(2);
  assert.deepEqual(stage.shown, ["old", "new"]);
});
