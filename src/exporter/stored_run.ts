import type { Outcome } from "./outcome.ts";
import { type StoredFamily, toJson } from "./stored_family.ts";

/** What is kept of a run that ended `ok`, beside its families. */
export interface StoredSuccess {
  /** When it ended, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** How many series it gave. */
  readonly series: number;
  /** Whether it got the exporter's resource. */
  readonly usedResource: boolean;
}

/** What a store keeps of a collector: how its last run ended, and what the last one gave that ended `ok`. */
export interface StoredRun {
  /** When the run was due, in milliseconds since the epoch. */
  readonly dueMs: number;
  /** How it ended. */
  readonly outcome: Outcome;
  /** What went wrong. */
  readonly error?: string;
  /** The last run that ended `ok`; absent before the first time. */
  readonly success?: StoredSuccess;
  /** The families of that run. */
  readonly families: readonly StoredFamily[];
}

/** Changes with what is stored: what another version of this file wrote is not read. */
const VERSION = 1;

/** A run as bytes: JSON. */
export function encodeRun(run: StoredRun): Uint8Array {
  return new TextEncoder().encode(toJson({ version: VERSION, ...run }));
}

/** Reads a run; `undefined` where the bytes are damaged, or of another version. */
export function decodeRun(bytes: Uint8Array): StoredRun | undefined {
  try {
    const { version, ...run } = JSON.parse(new TextDecoder().decode(bytes));
    return version === VERSION ? run : undefined;
  } catch {
    return undefined;
  }
}
