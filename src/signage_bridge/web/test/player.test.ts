import assert from "node:assert/strict";
import { test } from "node:test";
import { PlaybackEvent } from "../src/messages";
import { Player, PRELOAD_AFTER_MS, RETRY_MS } from "../src/player";
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

test("leaving the page gives what is shown, once", () => {
  const stage = new Stage();
  assert.equal(stage.player.exit(), undefined);
  stage.player.show(playlist(["shoe"]));
  stage.slots[0].paint(1);
  assert.equal(stage.player.exit()?.playId, "p1");
  assert.equal(stage.player.exit(), undefined);
});
