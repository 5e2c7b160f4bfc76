import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../discovery/announcement.ts";
import type { Lease } from "../discovery/leases.ts";
import { readTargetGroup } from "../discovery/target_group.ts";
import { replaceFile } from "../runtime/_host.ts";

/** What of a lease outlives a restart. */
export type KeptLease = Omit<Lease, "isLapsed">;

const FILE = "registrations.json";

/**
 * Reads the registrations that an earlier life has left in a folder; none if it is not there yet.
 *
 * @throws {Error} If they cannot be understood: to start without them would lose everybody.
 */
export async function readLeases(folder: string): Promise<KeptLease[]> {
  const path = join(folder, FILE);
  try {
    const { leases } = JSON.parse(await readFile(path, "utf8")) as { leases?: unknown };
    if (!Array.isArray(leases)) throw new TypeError('"leases" is missing, expected a list');
    return leases.map(readLease);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw new Error(`Cannot read the registrations in ${path}: ${reasonOf(error)}; repair the file, or move it away`);
  }
}

/** Keeps registrations in a folder, which is made if it is not there. */
export class LeaseFile {
  readonly #folder: string;
  readonly #leases: () => readonly KeptLease[];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param leases Gives them as they are at the time. */
  constructor(folder: string, leases: () => readonly KeptLease[]) {
    this.#folder = folder;
    this.#leases = leases;
  }

  /** Resolves after a write that began after the call: what was there then is safe. Calls during a write share the next. */
  save(): Promise<void> {
    return this.#next ??= this.#writing.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.#writing = this.#write();
    });
  }

  async #write(): Promise<void> {
    const leases = this.#leases().map(({ id, group, ttlMs, renewedAtMs }) => ({ id, group, ttlMs, renewedAtMs }));
    await mkdir(this.#folder, { recursive: true });
    await replaceFile(join(this.#folder, FILE), `${JSON.stringify({ leases })}\n`);
  }
}

function readLease(lease: KeptLease, i: number): KeptLease {
  const { id, group, ttlMs, renewedAtMs } = lease ?? {};
  if (typeof id !== "string" || !Number.isFinite(ttlMs) || !Number.isFinite(renewedAtMs)) {
    throw new TypeError(`lease ${i + 1}: expected "id", "ttlMs" and "renewedAtMs"`);
  }
  return { id, group: readTargetGroup(group, `lease ${JSON.stringify(id)}`), ttlMs, renewedAtMs };
}
