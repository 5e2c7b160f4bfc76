import type { CollectContext, Collector } from "@exporterkit/core";
import { type DataSource, serverLabel } from "./data_source.ts";
import { failedPartly } from "./scrapes.ts";
import { Server, type ServerOptions } from "./server.ts";
import type { PostgresSettings } from "./settings.ts";

/** Where servers are found, and how sessions of each are made. */
export interface ServersOptions extends Pick<ServerOptions, "maxSessions"> {
  /** Reads where they are, each time anew. */
  readonly sources: () => Promise<readonly DataSource[]>;
}

/** The servers of an exporter: one as a rule, several where its data source names them. Each is asked for itself. */
export class Servers {
  readonly #options: ServersOptions;
  /** By the label that tells them apart. */
  readonly #servers = new Map<string, Server>();
  readonly #reached = new Set<Server>();

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** Those that said last who they are. */
  get reached(): readonly Server[] {
    return [...this.#servers.values()].filter((server) => this.#reached.has(server));
  }

  /**
   * Asks all of them who they are.
   *
   * @throws {Error} If one of them is not reached; the others are {@link reached} all the same.
   */
  async reach(signal: AbortSignal): Promise<void> {
    await this.#find();
    const servers = [...this.#servers.values()];
    const failures: unknown[] = [];
    await Promise.all(servers.map(async (server) => {
      this.#reached.delete(server);
      try {
        await server.reach(signal);
        this.#reached.add(server);
      } catch (error) {
        failures.push(error);
      }
    }));
    if (failures.length === 0) return;
    if (servers.length === 1) throw failures[0];
    const why = failures.map((failure) => (failure as Error).message).join("; ");
    throw new Error(`Cannot reach ${failures.length} of ${servers.length} servers: ${why}`, { cause: failures[0] });
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }

  /** Others may be named when a file was written anew. One that is named twice is asked once. */
  async #find(): Promise<void> {
    const { sources, maxSessions } = this.#options;
    const labels = new Set((await sources()).map(serverLabel));
    for (const label of labels) {
      const source = async () => (await sources()).find((one) => serverLabel(one) === label) ?? noLongerNamed(label);
      if (!this.#servers.has(label)) this.#servers.set(label, new Server({ source, maxSessions }));
    }
    const others = [...this.#servers].filter(([label]) => !labels.has(label));
    others.forEach(([label]) => this.#servers.delete(label));
    await Promise.all(others.map(([, server]) => server.close()));
  }
}

function noLongerNamed(label: string): never {
  throw new Error(`The data source does not name ${label} any more`);
}

type ServerContext = CollectContext<PostgresSettings, Server, never, never>;

/** The servers of each settings, for scrapes in which not all of them were reached. */
const known = new WeakMap<PostgresSettings, Servers>();

/** Makes the servers of settings, for collectors {@link onEachServer}. */
export function openServers(settings: PostgresSettings, options: ServersOptions): Servers {
  const servers = new Servers(options);
  known.set(settings, servers);
  return servers;
}

/**
 * Makes collectors of one server to such of all that were reached. What fails at some of them is logged, and shown of the
 * others.
 */
export function onEachServer<Collectors extends Readonly<Record<string, unknown>>>(collectors: Collectors) {
  const told = Object.entries(collectors as Readonly<Record<string, Collector>>).map(([name, collector]) => {
    const said = new Set<string>();
    const collect = (context: Context) => collectFrom(collector, context, said);
    return [name, { ...collector, collect }];
  });
  return Object.fromEntries(told) as { [Name in keyof Collectors]: OnServers<Collectors[Name]> };
}

type Context = CollectContext<PostgresSettings, Servers, never, never>;
type OnServers<One> = One extends Collector<PostgresSettings, Server, infer Metrics>
  ? Collector<PostgresSettings, Servers, Metrics>
  : never;

async function collectFrom(collector: Collector, context: Context, said: Set<string>): Promise<void> {
  const servers = reachedBy(context);
  const ends = await Promise.allSettled(
    servers.map((server) => collector.collect(contextOf(server, context) as never)),
  );
  const failures = ends.filter((end) => end.status === "rejected").map(({ reason }) => reason);
  context.signal.throwIfAborted();
  if (failures.length === servers.length) throw failures[0];
  if (failures.length === 0) return said.clear();
  failedPartly(context.held);
  for (const error of failures) {
    if (said.has(String(error))) continue;
    said.add(String(error));
    context.log.error("Collector failed at one of the servers", { error });
  }
}

/** Also where not all were reached, which is why the exporter is down. */
function reachedBy(context: Context): readonly Server[] {
  const reached = known.get(context.settings)?.reached ?? [];
  return reached.length > 0 ? reached : context.resource.reached;
}

/** The same for one server. Not a copy: reading `resource` fails where the exporter is down. */
function contextOf(server: Server, context: Context): ServerContext {
  const own = { resource: { value: server, enumerable: true } };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(context), ...own }) as ServerContext;
}
