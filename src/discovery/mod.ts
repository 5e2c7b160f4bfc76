/**
 * Lets Prometheus find exporters: target groups, and announcements in files, with Consul, and with `exporterkit discover`.
 *
 * @module
 */
export { announceByLease } from "./lease_announcement.ts";
export { announceInFile } from "./file_announcement.ts";
export { announceToConsul } from "./consul_announcement.ts";
export { readTargetGroups } from "./target_group.ts";
export { targetGroups } from "./instance.ts";
export type { Announcement, AnnouncementLog, AnnouncementOptions, Timer } from "./announcement.ts";
export type { AnnouncementFiles, FileAnnouncementOptions } from "./file_announcement.ts";
export type { ConsulAnnouncementOptions } from "./consul_announcement.ts";
export type { Instance } from "./instance.ts";
export type { LeaseAnnouncementOptions } from "./lease_announcement.ts";
export type { TargetGroup } from "./target_group.ts";
