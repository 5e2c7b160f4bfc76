/**
 * Keeps what collectors gave, where no process lives long enough to keep it: isolates that come and go all read what one of
 * them wrote.
 */
export interface SampleStore {
  /** How many bytes a value may have. */
  readonly maxBytes: number;
  /** What was written under a key, for a while perhaps what was there before; `undefined` where there is nothing. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Replaces what is under a key. */
  write(key: string, bytes: Uint8Array): Promise<void>;
}

/** Where nobody gave a store. */
export const NO_STORE: SampleStore = { maxBytes: 0, read: refuse, write: refuse };

function refuse(): Promise<never> {
  return Promise.reject(new Error("there is no store for what is collected in the background"));
}
