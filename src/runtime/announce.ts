import type { Announcement, AnnouncementLog } from "../discovery/announcement.ts";
import { announceToConsul } from "../discovery/consul_announcement.ts";
import { announceInFile } from "../discovery/file_announcement.ts";
import type { Instance } from "../discovery/instance.ts";
import { announceByLease } from "../discovery/lease_announcement.ts";
import type { DiscoveryOptions } from "./discovery_settings.ts";
import { parseDuration } from "../settings/duration.ts";
import { type Address, hostText } from "./address.ts";
import { addressOf, type Announceable } from "./own_target_groups.ts";
import type { Host, ProgramPlatform } from "./platform.ts";
import { tokenOf } from "./token.ts";

/** Hosts that mean every address of the machine. */
const UNSPECIFIC: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/** What announcing needs to know and to use. */
export interface AnnounceOptions {
  readonly discovery: DiscoveryOptions;
  readonly log: AnnouncementLog;
  /** Nothing is asked of it unless somebody wants to announce. */
  readonly platform: Pick<ProgramPlatform, "host" | "variable" | "readTextFile">;
}

/**
 * Announces an exporter that listens, in every way that it was told to.
 *
 * @param listening Where, with the port that it really got. An address that means every one of the machine is announced by
 * the machine's name.
 * @throws {Error} If its file cannot be written. A server that is away is tried again.
 */
export async function announce(
  announceable: Announceable,
  listening: ListeningAddress,
  { discovery, log, platform }: AnnounceOptions,
): Promise<Announcement> {
  const { file, consul, http, forgetAfter } = discovery;
  const announcements: Announcement[] = [];
  if (file !== undefined || consul !== undefined || http !== undefined) {
    const { announced, ...about } = announceable;
    const host = announced?.host ?? specificHost(listening, platform.host);
    const address = addressOf({ host, port: announced?.port ?? listening.port });
    const instance: Instance = { ...about, address, scheme: listening.scheme };
    if (file !== undefined) {
      announcements.push(await announceInFile(instance, { folder: file, files: platform.host.files, log }));
    }
    if (consul !== undefined) {
      const token = tokenOf(platform, "CONSUL_HTTP_TOKEN");
      const forgetAfterMs = parseDuration(forgetAfter);
      announcements.push(announceToConsul(instance, { url: consul, forgetAfterMs, token, log }));
    }
    if (http !== undefined) {
      const token = tokenOf(platform, "EXPORTERKIT_DISCOVERY_TOKEN");
      announcements.push(announceByLease(instance, { url: http, token, log }));
    }
  }
  return {
    async withdraw() {
      await Promise.all(announcements.map((announcement) => announcement.withdraw()));
    },
  };
}

/** Where an exporter listens, and how it is asked there. */
export interface ListeningAddress extends Address {
  readonly scheme: "http" | "https";
}

function specificHost({ host }: Address, machine: Host): string {
  return hostText(UNSPECIFIC.has(host) ? machine.name() : host);
}
