import * as v from "valibot";

/** What `--collect.<collector>.*` sets. */
export const collectSettings = v.optional(
  v.object({
    heartbeat: v.optional(
      v.object({
        database: v.optional(v.pipe(v.string(), v.description("Database of the heartbeat table.")), "heartbeat"),
        table: v.optional(v.pipe(v.string(), v.description("Name of the heartbeat table.")), "heartbeat"),
        utc: v.optional(v.pipe(v.boolean(), v.description("Whether the heartbeats are in UTC.")), false),
      }),
      {},
    ),
    info_schema: v.optional(
      v.object({
        processlist: v.optional(
          v.object({
            min_time: v.optional(
              v.pipe(
                v.number(),
                v.minValue(0),
                v.description("Seconds that a thread must have been in its state to be counted."),
              ),
              0,
            ),
            processes_by_user: v.optional(v.pipe(v.boolean(), v.description("Count threads by user.")), true),
            processes_by_host: v.optional(v.pipe(v.boolean(), v.description("Count threads by client host.")), true),
          }),
          {},
        ),
        tables: v.optional(
          v.object({
            databases: v.optional(
              v.pipe(v.string(), v.description("Databases whose tables are reported, between commas, or *.")),
              "*",
            ),
          }),
          {},
        ),
      }),
      {},
    ),
    mysql: v.optional(
      v.object({
        user: v.optional(
          v.object({
            privileges: v.optional(v.pipe(v.boolean(), v.description("Report the privileges of accounts.")), false),
          }),
          {},
        ),
      }),
      {},
    ),
    perf_schema: v.optional(
      v.object({
        eventsstatements: v.optional(
          v.object({
            limit: v.optional(
              v.pipe(
                v.number(),
                v.integer(),
                v.minValue(0),
                v.description("Most digests, those that took the longest first."),
              ),
              250,
            ),
            timelimit: v.optional(
              v.pipe(
                v.number(),
                v.integer(),
                v.minValue(0),
                v.description("Seconds since a digest was last seen, at most."),
              ),
              86_400,
            ),
            digest_text_limit: v.optional(
              v.pipe(v.number(), v.integer(), v.minValue(0), v.description("Most characters of a digest's text.")),
              120,
            ),
          }),
          {},
        ),
        file_instances: v.optional(
          v.object({
            filter: v.optional(
              v.pipe(v.string(), v.description("Regular expression that names of files must match.")),
              ".*",
            ),
            remove_prefix: v.optional(
              v.pipe(v.string(), v.description("Beginning that is left out of names of files.")),
              "/var/lib/mysql/",
            ),
          }),
          {},
        ),
        memory_events: v.optional(
          v.object({
            remove_prefix: v.optional(
              v.pipe(v.string(), v.description("Beginning that is left out of names of events.")),
              "memory/",
            ),
          }),
          {},
        ),
      }),
      {},
    ),
  }),
  {},
);
