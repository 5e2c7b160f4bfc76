import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type CollectContext, defineCollector, gauge } from "@exporterkit/core";
import { isInRange } from "./_version_range.ts";
import { databasesOf, listOf } from "./database.ts";
import { showAnswer } from "./query_families.ts";
import { type CustomQuery, parseQueries } from "./query_file.ts";
import type { scrapeMetrics } from "./scrapes.ts";
import type { Server } from "./server.ts";
import type { Row } from "./session.ts";
import type { PostgresSettings } from "./settings.ts";

const metrics = {
  success: gauge("pg_exporter_query_success", "Whether a query of --extend.query-path succeeded in this scrape.", [
    "query",
    "server",
  ]),
};

type Context = CollectContext<PostgresSettings, Server, typeof metrics, typeof scrapeMetrics>;

/** What is known of one server's queries from scrape to scrape. */
interface Known {
  readonly queries: readonly CustomQuery[];
  readonly answers: Map<CustomQuery, { readonly rows: readonly Row[]; readonly atMs: number }>;
  /** What was logged, by query. */
  readonly said: Map<CustomQuery, string>;
}

/**
 * Makes the collector of the queries that somebody wrote. Each succeeds or fails for itself.
 *
 * @param taken Names of families that others have.
 */
export function queries(taken: ReadonlySet<string>) {
  const servers = new WeakMap<Server, Known>();
  return defineCollector<PostgresSettings, Server, typeof scrapeMetrics>()({
    help: "Queries of the file that --extend.query-path names.",
    metrics,
    async collect(context) {
      const path = context.settings.extend.queryPath;
      if (path === "") return;
      const { resource } = context;
      const known = servers.get(resource) ??
        { queries: await load(path, context.held.loadError), answers: new Map(), said: new Map() };
      servers.set(resource, known);
      const databases = context.settings.autoDiscoverDatabases ? await otherDatabases(context) : [];
      // One after the other, so that they never take all sessions from the other collectors.
      const { label: server } = resource.facts;
      for (const query of known.queries) {
        try {
          if (!isFor(query, resource)) continue;
          const rows = await answerOf(query, known, { ...context, resource, databases });
          showAnswer(query, rows, { server, declare: context.family, taken });
          known.said.delete(query);
          context.metrics.success.set({ query: query.name, server }, 1);
        } catch (error) {
          context.signal.throwIfAborted();
          context.metrics.success.set({ query: query.name, server }, 0);
          if (known.said.get(query) === String(error)) continue;
          known.said.set(query, String(error));
          context.log.error("Query failed", { query: query.name, error });
        }
      }
    },
  });
}

/** Reads the file, and says whether that went well as postgres_exporter does: also where nothing else can be shown. */
async function load(path: string, loadError: Context["held"]["loadError"]): Promise<CustomQuery[]> {
  const tell = (hashsum: string, value: number) => {
    loadError.clear();
    loadError.set({ filename: path, hashsum }, value);
  };
  tell("", 1);
  const text = await readFile(path, "utf8");
  const hashsum = createHash("sha256").update(text).digest("hex");
  tell(hashsum, 1);
  const queries = parseQueries(text, path);
  tell(hashsum, 0);
  return queries;
}

function isFor({ versions }: CustomQuery, { facts }: Server): boolean {
  return versions === undefined || isInRange(facts.versionNumber, versions);
}

async function otherDatabases({ resource, settings, signal }: Context): Promise<readonly string[]> {
  const [included, excluded] = [settings.includeDatabases, settings.excludeDatabases].map(listOf);
  const found = await databasesOf(resource, signal);
  return found.filter((name) => !excluded!.includes(name) && (included!.length === 0 || included!.includes(name)));
}

/** Asks, or remembers. */
async function answerOf(
  query: CustomQuery,
  { answers }: Known,
  { resource, databases, signal, now }: Context & { readonly databases: readonly string[] },
): Promise<readonly Row[]> {
  const last = answers.get(query);
  if (last !== undefined && now() - last.atMs < query.cacheSeconds * 1000) return last.rows;
  const rows = [...await resource.query(query.query, signal)];
  // Not at the same time: a connection to each of hundreds of databases would leave none for others.
  for (const database of query.master ? [] : databases) {
    rows.push(...await resource.inDatabase(database, (server) => server.query(query.query, signal)));
  }
  answers.set(query, { rows, atMs: now() });
  return rows;
}
