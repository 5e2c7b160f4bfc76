import { type Announcement, type AnnouncementOptions, keepAnnounced, reasonOf } from "./announcement.ts";
import { type Instance, instanceId, targetGroups } from "./instance.ts";

/** Where an instance is announced in a file. */
export interface FileAnnouncementOptions extends AnnouncementOptions {
  /** The folder of such files, which Prometheus or `exporterkit discover` reads; it has to exist. */
  readonly folder: string;
  /** What the platform does with files. */
  readonly files: AnnouncementFiles;
}

/** What an announcement needs of a file system. */
export interface AnnouncementFiles {
  /** Replaces a file as a whole: whoever reads it sees the old text or the new one, never a part. */
  write(path: string, text: string): Promise<void>;
  /** Sets the time of the last change to now. `false` if there is no such file. */
  touch(path: string): Promise<boolean>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
}

/**
 * Announces an instance in a file_sd file of its own, `<exporter>-<host>_<port>.json`, which replaces what an earlier life of
 * the same instance left there.
 *
 * While it lives it sets the file's time to now every 20 seconds, by which `exporterkit discover` tells the dead, and writes
 * the file again if somebody took it away. Only withdrawing removes it: Prometheus goes on asking an instance that died, and
 * shows that with `up == 0`.
 *
 * @throws {Error} If the file cannot be written.
 * @example In a folder that is a `Map`
 * ```ts
 * import { announceInFile } from "@exporterkit/core/discovery";
 * import assert from "node:assert/strict";
 *
 * const written = new Map<string, string>();
 * const files = {
 *   write: async (path: string, text: string) => void written.set(path, text),
 *   touch: async (path: string) => written.has(path),
 *   remove: async (path: string) => void written.delete(path),
 * };
 *
 * const instance = { exporter: "queue", address: "10.0.0.5:9876" };
 * const announcement = await announceInFile(instance, { folder: "/etc/prometheus/exporters", files });
 * const text = written.get("/etc/prometheus/exporters/queue-10.0.0.5_9876.json")!;
 * assert.deepEqual(JSON.parse(text)[0].targets, ["10.0.0.5:9876"]);
 *
 * await announcement.withdraw();
 * assert.equal(written.size, 0);
 * ```
 */
export async function announceInFile(instance: Instance, options: FileAnnouncementOptions): Promise<Announcement> {
  const { folder, files } = options;
  const path = `${folder.replace(/\/+$/, "")}/${instanceId(instance)}.json`;
  const text = `${JSON.stringify(targetGroups([instance]), null, 2)}\n`;
  try {
    await files.write(path, text);
  } catch (error) {
    throw new Error(
      `Cannot announce in the folder ${JSON.stringify(folder)}: ${reasonOf(error)}; ` +
        "it has to exist, and this user has to be allowed to write there",
    );
  }
  return keepAnnounced({
    fields: { target: instance.address, file: path },
    async renew() {
      if (!await files.touch(path)) await files.write(path, text);
    },
    takeBack: () => files.remove(path),
  }, options);
}
