/**
 * What Linux writes about a process in `/proc/self`, as numbers: text in, numbers out, whoever read the text. What a
 * text does not tell is left out.
 */

/** `getconf CLK_TCK`: process times are in hundredths of a second for user space, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** `/proc/self/stat`, as far as it is needed. */
export interface ProcStat {
  /** When the process started, in seconds since boot. */
  readonly startSecondsSinceBoot: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
}

/** Reads `/proc/self/stat`. */
export function parseProcStat(text: string): ProcStat {
  // The command name, in parentheses, may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    startSecondsSinceBoot: Number(fields[19]) / TICKS_PER_SECOND,
    virtualBytes: Number(fields[20]),
    residentBytes: Number(fields[21]) * PAGE_BYTES,
  };
}

/** Reads from `/proc/stat` when the machine was booted, in seconds since the epoch. */
export function parseBootSeconds(text: string): number | undefined {
  return numberAt(/^btime (\d+)$/m, text);
}

/** `/proc/self/status`, as far as it is needed; in bytes. */
export interface ProcStatus {
  /** `VmSize`. */
  readonly virtualBytes?: number;
  /** `VmRSS`. */
  readonly residentBytes?: number;
  /** `VmData`: the private writable memory, heap included. */
  readonly dataBytes?: number;
}

/** Reads `/proc/self/status`. */
export function parseProcStatus(text: string): ProcStatus {
  const virtualKib = numberAt(/^VmSize:\s*(\d+) kB$/m, text);
  const residentKib = numberAt(/^VmRSS:\s*(\d+) kB$/m, text);
  const dataKib = numberAt(/^VmData:\s*(\d+) kB$/m, text);
  return {
    ...(virtualKib === undefined ? {} : { virtualBytes: virtualKib * 1024 }),
    ...(residentKib === undefined ? {} : { residentBytes: residentKib * 1024 }),
    ...(dataKib === undefined ? {} : { dataBytes: dataKib * 1024 }),
  };
}

/** The soft limits of `/proc/self/limits`, as far as they are needed. */
export interface ProcLimits {
  /** Most file descriptors that may be open. */
  readonly maxFds?: number;
  /** Most virtual memory that may be used, in bytes; -1 where there is no limit. */
  readonly maxVirtualBytes?: number;
}

/** Reads `/proc/self/limits`. */
export function parseProcLimits(text: string): ProcLimits {
  const maxFds = numberAt(/^Max open files\s+(\d+)/m, text);
  const unlimited = /^Max address space\s+unlimited/m.test(text);
  const maxVirtualBytes = unlimited ? -1 : numberAt(/^Max address space\s+(\d+)/m, text);
  return {
    ...(maxFds === undefined ? {} : { maxFds }),
    ...(maxVirtualBytes === undefined ? {} : { maxVirtualBytes }),
  };
}

function numberAt(pattern: RegExp, text: string): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
