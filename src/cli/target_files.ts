import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type AnnouncementLog, LEASE_MS, reasonOf } from "../discovery/announcement.ts";
import { EXPORTER_LABEL } from "../discovery/instance.ts";
import type { LeaseClock } from "../discovery/leases.ts";
import { readTargetGroups, type TargetGroup } from "../discovery/target_group.ts";

/** What reads the files. */
export interface TargetFilesOptions {
  /** How long after its last sign of life the file of an exporter is forgotten. */
  readonly forgetAfterMs: number;
  readonly clock: LeaseClock;
  /** Hears of each change. */
  readonly log: AnnouncementLog;
}

interface Entry {
  /** By what a change of the file is seen. */
  readonly stamp: string;
  /** How old its last change was when it was seen, and when that was by the clock that does not jump. */
  readonly ageMs: number;
  readonly seenMs: number;
  /** What it said when it could last be read. */
  readonly groups: readonly TargetGroup[];
  /** Why it cannot be read now. */
  readonly problem?: string;
  /** Whether it is left out, although it could not be removed. */
  isForgotten: boolean;
}

/** As Prometheus' file_sd takes them. */
const TARGET_FILE = /\.(?:json|ya?ml)$/i;
/** How many files are looked at side by side. */
const WIDTH = 64;

/**
 * The file_sd files of a folder, in JSON or YAML, as the last look at it found them.
 *
 * A file that is broken keeps its last good targets, as with Prometheus itself. A file that an exporter wrote and gives no
 * sign of life to is removed after `forgetAfterMs`; files of other origin, which people or their tools keep, are left alone.
 */
export class TargetFiles {
  readonly #folder: string;
  readonly #options: TargetFilesOptions;
  #entries = new Map<string, Entry>();
  #forgotten = 0;
  #trouble: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(folder: string, options: TargetFilesOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** How many files there are, how many of them cannot be read, and how many were forgotten so far. */
  get counts(): { readonly good: number; readonly broken: number; readonly forgotten: number } {
    const entries = [...this.#entries.values()].filter(({ isForgotten }) => !isForgotten);
    const broken = entries.filter(({ problem }) => problem !== undefined).length;
    return { good: entries.length - broken, broken, forgotten: this.#forgotten };
  }

  /** What the files said, in the order of their names. */
  groups(): TargetGroup[] {
    return [...this.#entries].filter(([, { isForgotten }]) => !isForgotten)
      .sort(([a], [b]) => a < b ? -1 : 1)
      .flatMap(([, { groups }]) => groups);
  }

  /** Looks at the folder. What it cannot read stays as it was, and is logged; calls that overlap share one look. */
  look(): Promise<void> {
    return this.#looking ??= this.#look().finally(() => this.#looking = undefined);
  }

  async #look(): Promise<void> {
    let names: string[];
    try {
      names = (await readdir(this.#folder)).filter((name) => TARGET_FILE.test(name));
    } catch (error) {
      this.#say(reasonOf(error));
      return;
    }
    this.#say(undefined);
    const found = new Map<string, Entry>();
    await inParallel(names, async (name) => {
      const entry = await this.#read(name, this.#entries.get(name));
      if (entry !== undefined) found.set(name, entry);
    });
    this.#entries = found;
  }

  #say(trouble: string | undefined): void {
    const { log } = this.#options;
    const fields = { folder: this.#folder };
    if (trouble === this.#trouble) return;
    if (trouble === undefined) log.info("The folder of target files can be read again", fields);
    else log.warn("Cannot read the folder of target files", { ...fields, reason: trouble });
    this.#trouble = trouble;
  }

  async #read(name: string, before: Entry | undefined): Promise<Entry | undefined> {
    const path = join(this.#folder, name);
    let seen: Pick<Entry, "stamp" | "ageMs" | "seenMs"> = { stamp: "", ageMs: 0, seenMs: 0 };
    try {
      seen = await this.#stampOf(path);
      if (before?.stamp === seen.stamp) return await this.#reviewed(path, before);
      const groups = parseTargets(name, await readFile(path, "utf8"));
      if (before?.problem !== undefined) this.#options.log.info("The target file can be read again", { file: path });
      return await this.#reviewed(path, { ...seen, groups, isForgotten: false });
    } catch (error) {
      // Removed since the folder was read.
      if ((error as { code?: unknown }).code === "ENOENT") return undefined;
      const problem = reasonOf(error);
      if (before?.problem !== problem) {
        const fields = { file: path, reason: problem };
        this.#options.log.warn("Cannot read the target file; what it said before stays", fields);
      }
      return { ...seen, groups: before?.groups ?? [], problem, isForgotten: false };
    }
  }

  async #stampOf(path: string): Promise<Pick<Entry, "stamp" | "ageMs" | "seenMs">> {
    const { clock } = this.#options;
    const { mtimeMs, size, ino } = await stat(path);
    const ageMs = Math.max(0, clock.now() - mtimeMs);
    return { stamp: `${mtimeMs} ${size} ${ino}`, ageMs, seenMs: clock.elapsedMs() };
  }

  /** Forgets the file if it is time. */
  async #reviewed(path: string, entry: Entry): Promise<Entry | undefined> {
    const { clock, forgetAfterMs, log } = this.#options;
    const sinceMs = clock.elapsedMs() - entry.seenMs;
    // Somebody who lives has had the time to say so since, whatever happened to the wall clock.
    const isDue = sinceMs > LEASE_MS && entry.ageMs + sinceMs > forgetAfterMs;
    if (!isDue || entry.isForgotten || !isKeptByExporter(entry)) return entry;
    this.#forgotten++;
    try {
      await rm(path, { force: true });
      log.warn("Forgotten: no sign of life for too long", { file: path });
      return undefined;
    } catch (error) {
      log.warn("Left out: no sign of life for too long, and it cannot be removed", {
        file: path,
        reason: reasonOf(error),
      });
      return { ...entry, isForgotten: true };
    }
  }
}

function isKeptByExporter({ groups }: Entry): boolean {
  return groups.length > 0 && groups.every(({ labels }) => Object.hasOwn(labels, EXPORTER_LABEL));
}

function parseTargets(name: string, text: string): TargetGroup[] {
  // Without types: `port: 1` is the text "1" to Prometheus too.
  return readTargetGroups(/\.json$/i.test(name) ? JSON.parse(text) : parse(text, { schema: "failsafe" }));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: WIDTH }, async () => {
    for (const item of left) await work(item);
  }));
}
