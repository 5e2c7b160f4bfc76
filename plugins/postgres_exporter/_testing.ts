import { type Collector, defineExporter, handler } from "@exporterkit/core";
import type * as v from "valibot";
import { Server, type ServerFacts } from "./server.ts";
import type { Row } from "./session.ts";
import { settings as schema } from "./settings.ts";

/** Answers to queries, by their text or a part of it. */
export type Answers = Readonly<Record<string, readonly Row[]>>;

const FACTS: ServerFacts = {
  label: "db:5432",
  version: "PostgreSQL 15.18",
  versionNumber: 150_018,
  role: "monitor",
  seesOthers: true,
};

/** A server that answers as tests say, and whose facts are those of PostgreSQL 15 unless they say so too. */
export class FakeServer extends Server {
  readonly #answers: Answers;
  readonly #facts: ServerFacts;
  /** What it was asked. */
  readonly queries: string[] = [];

  constructor(answers: Answers, facts: Partial<ServerFacts> = {}) {
    super({ source: () => Promise.reject(new Error("a fake is nowhere")), maxSessions: 1 });
    this.#answers = answers;
    this.#facts = { ...FACTS, ...facts };
  }

  override get facts(): ServerFacts {
    return this.#facts;
  }

  override reach(): Promise<void> {
    return Promise.resolve();
  }

  override query(text: string): Promise<readonly Row[]> {
    this.queries.push(text);
    const rows = this.#answers[text] ?? Object.entries(this.#answers).find(([part]) => text.includes(part))?.[1];
    return rows === undefined ? Promise.reject(new Error(`no answer to ${text}`)) : Promise.resolve(rows);
  }
}

/**
 * What one scrape of collectors exposes, as text 0.0.4 without the exporter's metrics about itself.
 *
 * @throws Whatever a collector throws.
 */
export async function expose(
  collectors: Readonly<Record<string, unknown>>,
  server: Server,
  settings: v.InferInput<typeof schema> = {},
): Promise<string> {
  const failures: unknown[] = [];
  const told = Object.entries(collectors as Record<string, Collector>).map(([name, collector]) => [name, {
    ...collector,
    async collect(context: Parameters<Collector["collect"]>[0]) {
      try {
        await collector.collect(context);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  }]);
  const exporter = defineExporter({
    name: "tested",
    version: "0.0.0",
    port: 9187,
    settings: schema,
    open: () => server,
    collectors: Object.fromEntries(told) as Record<string, Collector<unknown, Server>>,
  });
  await using served = handler(exporter, { settings });
  const answer = await served.fetch(new Request("http://localhost/metrics"));
  const text = await answer.text();
  if (failures.length > 0) throw failures[0];
  return text.split("\n").filter((line) => !/^(?:# \w+ )?(?:tested|process)_/.test(line)).join("\n");
}

/** The samples of an exposition. */
export function samples(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
