/** An API that tests ask. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { handler, type Served } from "@exporterkit/core";
import served from "./exporter.ts";
import type { Json } from "./json.ts";

/** What an API was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An API on a port of its own. */
export interface Api extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly asked: Asked[];
}

/** What an API does with a request. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts an API on 127.0.0.1 that answers with a document, or as it is told. */
export async function startApi(answer: Answering | Json): Promise<Api> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => body += chunk).on("end", () => {
      asked.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      if (typeof answer === "function") answer(request, response);
      else response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An exporter with settings, and what it answers to probes. */
export interface ProbedExporter extends AsyncDisposable {
  /** Probes, and gives the lines of the answer that say something of the target. */
  probe(query: Readonly<Record<string, string>>): Promise<string[]>;
}

/** Makes an exporter that may probe loopback addresses. */
export function exporterOf(settings: object): ProbedExporter {
  const exporter: Served = handler(served.exporter, { settings, probeAllow: ["127.0.0.0/8"] });
  return {
    async probe(query) {
      const answer = await exporter.fetch(new Request(`http://localhost/probe?${new URLSearchParams(query)}`));
      const lines = (await answer.text()).trim().split("\n");
      if (answer.status !== 200) return [`${answer.status} ${lines.join()}`];
      return lines.filter((line) => !/^#|^json_scrape_|duration_seconds/.test(line));
    },
    [Symbol.asyncDispose]: () => exporter.close(),
  };
}
