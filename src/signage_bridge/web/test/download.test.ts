import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { Download, Downloads, fetchText, LEAST_PROGRESS_BYTES } from "../src/download";

const STANDSTILL_MS = 300;
const CONTENT = Buffer.from(Array.from({ length: 3 * LEAST_PROGRESS_BYTES + 1000 }, (_, index) => (index * 7) % 251));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serve real HTTP; each request gets the next answer, and the last one again. */
async function serve(context: TestContext, ...answers: [Answer, ...Answer[]]) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers[ranges.length - 1] ?? (answers.at(-1) as Answer))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/film`, ranges };
}

const startOf = (request: IncomingMessage): number =>
  Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);

/** Begin to send what was asked for. */
function open(request: IncomingMessage, response: ServerResponse): Buffer {
  const start = startOf(request);
  const rest = CONTENT.subarray(start);
  const range = { "Content-Range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` };
  response.writeHead(start > 0 ? 206 : 200, { "Content-Length": rest.length, ...(start > 0 && range) });
  return rest;
}

const whole: Answer = (request, response) => void response.end(open(request, response));
const failing: Answer = (_, response) => void response.writeHead(500).end();
const silent: Answer = () => undefined;

/** Send so many bytes, then nothing. */
const stalling =
  (bytes: number): Answer =>
  (request, response) =>
    void response.write(open(request, response).subarray(0, bytes));

/** Send so many bytes, then hang up. */
const breaking =
  (bytes: number): Answer =>
  (request, response) =>
    void response.write(open(request, response).subarray(0, bytes), () => response.destroy());

/** Send all, a little at a time, over longer than anybody may be silent. */
const slow: Answer = (request, response) => {
  const rest = open(request, response);
  const step = Math.ceil(rest.length / 12);
  const send = (at: number): void => {
    if (at >= rest.length) response.end();
    else response.write(rest.subarray(at, at + step), () => setTimeout(() => send(at + step), STANDSTILL_MS / 4));
  };
  send(0);
};

const cutting: Answer = (request) => void request.socket.destroy();
const ignorant: Answer = (_, response) => void response.writeHead(200).end(CONTENT);
const lying: Answer = (request, response) => {
  const start = startOf(request) + 1;
  const range = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
  response.writeHead(206, { "Content-Range": range }).end(CONTENT.subarray(start));
};

const bytesOf = async (blob: Blob): Promise<Buffer> => Buffer.from(await blob.arrayBuffer());
const begin = (url: string): Download => new Download(url, CONTENT.length, STANDSTILL_MS, 1);

describe("a download that arrives", () => {
  const CUT = LEAST_PROGRESS_BYTES + 10;
  const TABLE: [string, [Answer, ...Answer[]], number][] = [
    ["at once", [whole], 1],
    ["slowly, but without a standstill", [slow], 1],
    ["after a cut", [breaking(CUT), whole], 2],
    ["after a standstill", [stalling(CUT), whole], 2],
    ["after several cuts", [breaking(CUT), stalling(CUT), whole], 3],
    ["after cuts that come early", [breaking(10), breaking(10), breaking(CUT), breaking(10), whole], 5],
    ["from the beginning, where the server knows no ranges", [breaking(CUT), ignorant], 2],
  ];
  for (const [what, answers, requests] of TABLE)
    test(what, async (context) => {
      const { url, ranges } = await serve(context, ...answers);
      assert.ok((await bytesOf(await begin(url).run())).equals(CONTENT));
      assert.equal(ranges.length, requests);
      assert.equal(ranges[0], undefined);
      for (const range of ranges.slice(1)) assert.match(range ?? "", /^bytes=[1-9]\d*-$/);
    });
});

describe("a download that fails", () => {
  const TABLE: [string, [Answer, ...Answer[]]][] = [
    ["the server says no", [failing]],
    ["the server says nothing", [silent]],
    ["the server always hangs up", [cutting]],
    ["hardly anything comes", [breaking(10)]],
    ["hardly anything comes, and then nothing", [stalling(10)]],
    ["another part than was asked for", [breaking(LEAST_PROGRESS_BYTES), lying]],
    ["too much", [(_, response) => void response.end(Buffer.alloc(CONTENT.length + 1))]],
    ["too little", [(_, response) => void response.end(CONTENT.subarray(1000, 1010))]],
  ];
  for (const [what, answers] of TABLE)
    test(what, async (context) => {
      const { url } = await serve(context, ...answers);
      await assert.rejects(begin(url).run());
    });
});

test("a connection that breaks before anything came is made again", async (context) => {
  const { url, ranges } = await serve(context, cutting, cutting, whole);
  assert.ok((await bytesOf(await begin(url).run())).equals(CONTENT));
  assert.deepEqual(ranges, [undefined, undefined, undefined]);
});

test("what came of a download that failed is not fetched again", async (context) => {
  const { url, ranges } = await serve(context, breaking(1000), failing, failing, whole);
  const downloads = new Downloads();
  await assert.rejects(downloads.fetch(url, CONTENT.length));
  await assert.rejects(downloads.fetch(url, CONTENT.length));
  assert.ok((await bytesOf(await downloads.fetch(url, CONTENT.length))).equals(CONTENT));
  assert.deepEqual(
    ranges.map((range) => range?.startsWith("bytes=")),
    [undefined, true, true, true],
  );
});

test("a server that has no such part any more is asked from the beginning the next time", async (context) => {
  const refusing: Answer = (_, response) => void response.writeHead(416).end();
  const { url, ranges } = await serve(context, breaking(1000), refusing, whole);
  const download = begin(url);
  await assert.rejects(download.run());
  assert.ok((await bytesOf(await download.run())).equals(CONTENT));
  assert.equal(ranges[2], undefined);
});

test("a text comes whole, and not for ever", async (context) => {
  const text = await serve(context, (_, response) => void response.end('{"커피": 1}'));
  assert.equal(await fetchText(text.url, STANDSTILL_MS, 1000), '{"커피": 1}');
  await assert.rejects(fetchText(text.url, STANDSTILL_MS, 5));
  const mute = await serve(context, silent);
  await assert.rejects(fetchText(mute.url, STANDSTILL_MS, 1000));
  const broken = await serve(context, failing);
  await assert.rejects(fetchText(broken.url, STANDSTILL_MS, 1000));
});
