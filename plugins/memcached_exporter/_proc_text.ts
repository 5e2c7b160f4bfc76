/** The texts that Linux has of a process, see proc(5). */
export interface ProcTexts {
  /** `/proc/<pid>/stat` */
  readonly stat: string;
  /** `/proc/<pid>/status` */
  readonly status: string;
  /** `/proc/<pid>/limits` */
  readonly limits: string;
  /** `/proc/stat` */
  readonly machine: string;
}

/** What they say, in seconds and bytes. */
export interface ProcNumbers {
  readonly cpuSeconds: number;
  readonly startSeconds: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
  readonly maxFds: number;
  readonly maxVirtualBytes: number;
}

/** Times are in hundredths of a second for user space, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
/** How client_golang reads that there is no limit: as the largest number of 64 bits. */
const UNLIMITED = 2 ** 64;

/** Reads what the texts say of a process. @throws {SyntaxError} If one of them does not say it. */
export function parseProcess({ stat, status, limits, machine }: ProcTexts): ProcNumbers {
  // The name of the command, in parentheses, may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const numbers = {
    cpuSeconds: (fields[11]! + fields[12]!) / TICKS_PER_SECOND,
    startSeconds: found(/^btime (\d+)$/m, machine) + fields[19]! / TICKS_PER_SECOND,
    virtualBytes: fields[20]!,
    residentBytes: found(/^VmRSS:\s*(\d+) kB$/m, status) * 1024,
    maxFds: found(/^Max open files\s+(\d+|unlimited)/m, limits),
    maxVirtualBytes: found(/^Max address space\s+(\d+|unlimited)/m, limits),
  };
  const missing = Object.entries(numbers).find(([, value]) => Number.isNaN(value))?.[0];
  if (missing === undefined) return numbers;
  throw new SyntaxError(
    `Cannot read the process of memcached: ${missing} is not there, expected what proc(5) describes`,
  );
}

function found(pattern: RegExp, text: string): number {
  const value = pattern.exec(text)?.[1];
  return value === "unlimited" ? UNLIMITED : Number(value);
}
