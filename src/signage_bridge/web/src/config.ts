// Where the page belongs and whom it connects to: its own address and the bridge's /config.json.

export interface BridgeConfig {
  rosbridge_port: number;
  device: string;
  screens: string[];
}

export interface PageOptions {
  /** As the address asks; empty for the bridge's own. */
  device: string;
  screen: string;
  debug: boolean;
}

export const DEFAULTS: BridgeConfig = { rosbridge_port: 9090, device: "deeplens1", screens: [] };
const DEFAULT_SCREEN = "screen";

/** Read the page's own address. */
export function readOptions(search: string): PageOptions {
  const query = new URLSearchParams(search);
  const debug = query.get("debug");
  return {
    device: query.get("device") ?? "",
    screen: query.get("screen") ?? "",
    debug: debug !== null && debug !== "0" && debug !== "false",
  };
}

/** Return the screen's name: as asked, else the bridge's first, else a name that says nothing. */
export function screenName(options: PageOptions, config: BridgeConfig): string {
  return options.screen || config.screens[0] || DEFAULT_SCREEN;
}

/** Return rosbridge's address on the machine that the page came from. */
export function rosbridgeUrl(protocol: string, hostname: string, port: number): string {
  return `${protocol === "https:" ? "wss" : "ws"}://${hostname}:${port}/`;
}

/** Read /config.json; what it lacks is as usual. */
export function parseConfig(text: string): BridgeConfig {
  return { ...DEFAULTS, ...(JSON.parse(text) as Partial<BridgeConfig>) };
}
