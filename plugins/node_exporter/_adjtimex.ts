import process from "node:process";
import type { Host, TimexStatus } from "./host.ts";

/** Size of `struct timex` on 64-bit Linux, in bytes: the only kind that Deno and Bun run on. */
const SIZE = 208;
/** What libc is called, with glibc and with musl. */
const LIBRARIES = ["libc.so.6", "libc.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

/** Calls `adjtimex(2)`, which fills in `timex`. Returns the state of the clock, or -1. */
type Call = (timex: Uint8Array<ArrayBuffer>) => number;

/** The part of `Deno` that is used, absent on other runtimes. */
interface DenoLike {
  permissions: { querySync(descriptor: { name: "ffi"; path?: string }): { state: string } };
  dlopen(
    library: string,
    symbols: { adjtimex: { parameters: ["buffer"]; result: "i32" } },
  ): { symbols: { adjtimex: Call } };
}

/** The part of `bun:ffi` that is used. */
interface BunFfi {
  dlopen(
    library: string,
    symbols: { adjtimex: { args: ["ptr"]; returns: "i32" } },
  ): { symbols: { adjtimex: Call } };
}

/** What this runtime adds to the host: nothing where it cannot, or may not, call libc. Libc is opened by the first call. */
export function adjtimex(): Pick<Host, "adjtimex"> {
  const open = opener();
  if (open === undefined) return {};
  let call: Call | undefined;
  return {
    adjtimex: () => {
      call ??= firstOf(LIBRARIES, open);
      const timex = new Uint8Array(SIZE);
      const state = call(timex);
      if (state === -1) throw new Error("Cannot call adjtimex: the kernel refused it");
      return parseTimex(timex, state);
    },
  };
}

/** Reads `struct timex` as the 64-bit kernel lays it out (`include/uapi/linux/timex.h`). */
export function parseTimex(timex: Uint8Array<ArrayBuffer>, state: number): TimexStatus {
  const view = new DataView(timex.buffer, timex.byteOffset, timex.byteLength);
  const int = (offset: number) => view.getInt32(offset, true);
  const long = (offset: number) => Number(view.getBigInt64(offset, true));
  return {
    state,
    offset: long(8),
    freq: long(16),
    maxerror: long(24),
    esterror: long(32),
    status: int(40),
    constant: long(48),
    tick: long(88),
    ppsfreq: long(96),
    jitter: long(104),
    shift: int(112),
    stabil: long(120),
    jitcnt: long(128),
    calcnt: long(136),
    errcnt: long(144),
    stbcnt: long(152),
    tai: int(160),
  };
}

function opener(): ((library: string) => Call) | undefined {
  const { Deno } = globalThis as unknown as { Deno?: DenoLike };
  if (Deno !== undefined) {
    if (Deno.permissions.querySync({ name: "ffi", path: LIBRARIES[0]! }).state !== "granted") return undefined;
    return (library) => Deno.dlopen(library, { adjtimex: { parameters: ["buffer"], result: "i32" } }).symbols.adjtimex;
  }
  const bun = process.getBuiltinModule?.("bun:ffi") as unknown as BunFfi | undefined;
  if (bun?.dlopen === undefined) return undefined;
  return (library) => bun.dlopen(library, { adjtimex: { args: ["ptr"], returns: "i32" } }).symbols.adjtimex;
}

function firstOf(libraries: readonly string[], open: (library: string) => Call): Call {
  const errors: unknown[] = [];
  for (const library of libraries) {
    try {
      return open(library);
    } catch (error) {
      errors.push(error);
    }
  }
  throw new AggregateError(errors, `Cannot open libc: none of ${libraries.join(", ")} has adjtimex`);
}
