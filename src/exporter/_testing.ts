import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { errorText, type Logger } from "../log/logger.ts";
import type { Gathered } from "./gathered.ts";
import type { SampleStore } from "./sample_store.ts";

/** The sample lines of a scrape whose names begin with a prefix. */
export function samples({ snapshots }: Gathered, prefix = ""): string[] {
  return exposition({ snapshots }).split("\n").filter((line) => line.startsWith(prefix) && /^[^#]/.test(line));
}

/** A scrape as text. */
export function exposition({ snapshots }: Pick<Gathered, "snapshots">): string {
  return new TextDecoder().decode(encode(snapshots, negotiate(null)));
}

/** A log that keeps its lines. */
export function recordingLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string, fields = {}) => {
    const text = JSON.stringify(fields, (_, value) => value instanceof Error ? errorText(value) : value);
    lines.push(`${level}: ${message} ${text}`);
  };
  return { lines, error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

/** A store in memory, which tests let fail. */
export class MemoryStore implements SampleStore {
  readonly maxBytes: number;
  /** What is stored. */
  readonly values = new Map<string, Uint8Array>();
  /** Called before each reading and writing; what it throws is the failure. */
  before: (what: "read" | "write", key: string) => void | Promise<void> = () => {};

  constructor(maxBytes = Infinity) {
    this.maxBytes = maxBytes;
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    await this.before("read", key);
    return this.values.get(key);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    await this.before("write", key);
    this.values.set(key, bytes.slice());
  }
}
