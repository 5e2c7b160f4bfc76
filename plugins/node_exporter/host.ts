/** What a mounted file system reports about itself, in its own blocks. */
export interface FileSystemStats {
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly blocksAvailable: number;
  readonly files: number;
  readonly filesFree: number;
}

/**
 * The machine as the collectors see it: the only place where they do I/O.
 *
 * All methods reject with the runtime's own error, whose `code` is `ENOENT`, `EACCES` and so on.
 */
export interface Host {
  /** The text of a file. */
  readText(path: string): Promise<string>;
  /** The names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  /** Where a symbolic link points, as written in the link. */
  readLink(path: string): Promise<string>;
  /** When a file was last modified, in milliseconds since the epoch. */
  modifiedMs(path: string): Promise<number>;
  /** What a mounted file system reports. May hang for as long as the file system does. */
  statfs(path: string): Promise<FileSystemStats>;
  /** The machine's hardware name, as `uname -m` prints it. */
  machine(): string;
  /** The time zone of the machine at a moment, in milliseconds since the epoch. */
  timeZone(atMs: number): Promise<TimeZone>;
  /** What `adjtimex(2)` answers; absent where the runtime cannot call libc. */
  readonly adjtimex?: () => TimexStatus;
}

/** A time zone at some moment, as `date +%Z` and `date +%z` print it. */
export interface TimeZone {
  /** Its abbreviation, such as `CEST`, or the offset in digits where it has none. */
  readonly name: string;
  /** How far its clocks are ahead of UTC. */
  readonly offsetSeconds: number;
}

/** The fields of `struct timex` that are exposed, as the kernel gives them, and the call's return value. */
export interface TimexStatus {
  readonly state: number;
  readonly offset: number;
  readonly freq: number;
  readonly maxerror: number;
  readonly esterror: number;
  readonly status: number;
  readonly constant: number;
  readonly tick: number;
  readonly ppsfreq: number;
  readonly jitter: number;
  readonly shift: number;
  readonly stabil: number;
  readonly jitcnt: number;
  readonly calcnt: number;
  readonly errcnt: number;
  readonly stbcnt: number;
  readonly tai: number;
}

const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "ENODEV", "ENXIO", "EINVAL", "EOPNOTSUPP"]);
const UNREADABLE: ReadonlySet<unknown> = new Set([...ABSENT, "EACCES", "EPERM", "EIO", "ESRCH", "EBUSY", "EAGAIN"]);

/** What a read gives, or `undefined` where the thing is not there: a missing file is no failure. */
export async function ifPresent<T>(read: Promise<T>): Promise<T | undefined> {
  return await unless(ABSENT, read);
}

/** What a read gives, or `undefined` where the thing is not there, may not be read, or went away meanwhile. */
export async function ifReadable<T>(read: Promise<T>): Promise<T | undefined> {
  return await unless(UNREADABLE, read);
}

async function unless<T>(codes: ReadonlySet<unknown>, read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (codes.has((error as { code?: unknown }).code)) return undefined;
    throw error;
  }
}
