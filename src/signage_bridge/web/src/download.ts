// Fetching over a network that is slow, breaks off or falls silent: limited by standstill, not by length, and what came
// before a cut is kept and the rest asked for.

/** How long a server may be silent. */
export const STANDSTILL_MS = 15_000;
/** A download that breaks off goes on after a pause, unless less than this came several times in a row. */
export const LEAST_PROGRESS_BYTES = 64_000;
export const MAX_POOR_ATTEMPTS = 3;
export const PAUSE_MS = 1_000;
/** Statuses of HTTP (RFC 9110, section 15). */
const PARTIAL = 206;
const NO_SUCH_RANGE = 416;
/** Pieces are handed over to the browser from time to time, which need not keep them in memory. */
const PIECE_BYTES = 4_000_000;

export interface FetchLimits {
  standstillMs: number;
  /** Longest body; more is an error. */
  maxBytes: number;
}

/** Fetch an address and take its body chunk by chunk; rejects if the server stands still, or sends too much. */
export async function fetchBody(
  url: string,
  init: RequestInit,
  limits: FetchLimits,
  opened: (response: Response) => void,
  received: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), limits.standstillMs);
  };
  try {
    watch();
    const response = await fetch(url, { ...init, signal: abort.signal });
    opened(response);
    const reader = response.body?.getReader();
    let bytes = 0;
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      watch();
      bytes += next.value.byteLength;
      if (bytes > limits.maxBytes) throw new Error(`${url}: more than ${limits.maxBytes} bytes`);
      received(next.value);
    }
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** Return what a response says; rejects if it is an error, too long, or comes too slowly. */
export async function fetchText(url: string, standstillMs: number, maxBytes: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await fetchBody(url, {}, { standstillMs, maxBytes }, requireOk, (chunk) => chunks.push(chunk));
  return new Blob(chunks).text();
}

function requireOk(response: Response): void {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
}

/** The content at one address, whose length is known, in as many requests as it takes. */
export class Download {
  private pieces: Blob[] = [];
  private chunks: Uint8Array<ArrayBuffer>[] = [];
  private waitingBytes = 0;
  /** Bytes that came so far. */
  receivedBytes = 0;

  constructor(
    readonly url: string,
    readonly totalBytes: number,
    private readonly standstillMs = STANDSTILL_MS,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /**
   * Fetch what is missing; rejects if the server refuses or is silent (fetch itself throws a TypeError when a connection
   * breaks) or hardly anything comes, and may be called again then.
   */
  async run(): Promise<Blob> {
    let poorAttempts = 0;
    while (this.receivedBytes < this.totalBytes) {
      const beforeBytes = this.receivedBytes;
      try {
        await this.request();
        if (this.receivedBytes < this.totalBytes)
          throw new Error(`${this.url}: ends after ${this.receivedBytes} bytes`);
      } catch (error) {
        const progressBytes = this.receivedBytes - beforeBytes;
        poorAttempts = progressBytes < LEAST_PROGRESS_BYTES ? poorAttempts + 1 : 0;
        const isBroken = error instanceof TypeError || progressBytes > 0;
        if (!isBroken || poorAttempts >= MAX_POOR_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
      }
    }
    this.packChunks();
    return new Blob(this.pieces);
  }

  private async request(): Promise<void> {
    const range = this.receivedBytes > 0 ? { Range: `bytes=${this.receivedBytes}-` } : undefined;
    await fetchBody(
      this.url,
      { cache: "no-store", ...(range && { headers: range }) },
      { standstillMs: this.standstillMs, maxBytes: this.totalBytes },
      (response) => this.onOpened(response),
      (chunk) => this.onChunk(chunk),
    );
  }

  /** A server that knows no ranges, or another content, sends it from the beginning. */
  private onOpened(response: Response): void {
    if (response.status === NO_SUCH_RANGE) this.reset();
    requireOk(response);
    if (response.status === PARTIAL && this.receivedBytes > 0) {
      const expected = `bytes ${this.receivedBytes}-${this.totalBytes - 1}/${this.totalBytes}`;
      if (response.headers.get("Content-Range") === expected) return;
    }
    this.reset();
    if (response.status === PARTIAL) throw new Error(`${this.url}: another part than was asked for`);
  }

  private onChunk(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.receivedBytes + chunk.byteLength > this.totalBytes) {
      this.reset();
      throw new Error(`${this.url}: more than ${this.totalBytes} bytes`);
    }
    this.chunks.push(chunk);
    this.receivedBytes += chunk.byteLength;
    this.waitingBytes += chunk.byteLength;
    if (this.waitingBytes >= PIECE_BYTES) this.packChunks();
  }

  private packChunks(): void {
    this.pieces.push(new Blob(this.chunks));
    this.chunks = [];
    this.waitingBytes = 0;
  }

  private reset(): void {
    this.pieces = [];
    this.chunks = [];
    this.waitingBytes = 0;
    this.receivedBytes = 0;
  }
}

/** Bytes of downloads that broke off, kept for their next try. */
const MAX_BEGUN_BYTES = 256_000_000;

/** Fetches media; what came of a download that broke off is not fetched again. */
export class Downloads {
  private readonly begun = new Map<string, Download>();

  async fetch(url: string, totalBytes: number): Promise<Blob> {
    const download = this.begun.get(url) ?? new Download(url, totalBytes);
    this.begun.delete(url);
    try {
      return await download.run();
    } catch (error) {
      this.keep(download);
      throw error;
    }
  }

  private keep(download: Download): void {
    if (download.receivedBytes === 0) return;
    this.begun.set(download.url, download);
    let bytes = [...this.begun.values()].reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    for (const [url, { receivedBytes }] of this.begun) {
      if (bytes <= MAX_BEGUN_BYTES) return;
      this.begun.delete(url);
      bytes -= receivedBytes;
    }
  }
}
