import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { describe, it, mock } from "node:test";
import { createServer } from "mysql2";
import { Session } from "./session.ts";

/** Types of columns, as the protocol numbers them. */
const [JSON_TYPE, TEXT_TYPE] = [0xf5, 0xfd];
/** Character sets likewise. */
const [UTF8MB4, BINARY] = [45, 63];

describe("Session", () => {
  it("Session.query() reads JSON as the text that it is, without a word on the console", async () => {
    const said: string[] = [];
    const note = (message: unknown) => void said.push(String(message));
    const mocks = [mock.method(console, "warn", note), mock.method(console, "error", note)];
    const served = await serve({ name: "é", attributes: '{"metadata": "ü"}' }, [
      { name: "name", columnType: TEXT_TYPE, characterSet: UTF8MB4 },
      { name: "attributes", columnType: JSON_TYPE, characterSet: BINARY },
    ]);
    const signal = AbortSignal.timeout(10_000);
    const endpoint = { host: "127.0.0.1", port: served.port, user: "exporter", password: "", variables: {} };
    const session = await Session.open(endpoint, { signal, ended: () => {} });
    try {
      const { columns, rows } = await session.query("SELECT * FROM mysql.user", { signal });
      assert.deepEqual(columns, ["name", "attributes"]);
      assert.deepEqual(rows, [["é", '{"metadata": "ü"}']]);
      // mysql2 as a server numbers its packets carelessly, and as a client says so.
      assert.deepEqual(said.filter((message) => !message.includes("packets out of order")), []);
    } finally {
      session.destroy();
      served.close();
      mocks.forEach(({ mock }) => mock.restore());
    }
  });
});

interface Column {
  readonly name: string;
  readonly columnType: number;
  readonly characterSet: number;
}

/** What of mysql2's side of a server its types do not tell. */
interface ServedConnection {
  on(event: "query" | "error", listener: () => void): void;
  serverHandshake(options: Record<string, unknown>): void;
  writeColumns(columns: readonly Record<string, unknown>[]): void;
  writeTextRow(cells: readonly string[]): void;
  writeEof(): void;
}

/** A server that lets anybody in, and answers with one row. */
async function serve(row: Readonly<Record<string, string>>, columns: readonly Column[]) {
  const server = createServer((anyConnection) => {
    const connection = anyConnection as unknown as ServedConnection;
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: "9.7.4",
      connectionId: 1,
      statusFlags: 2,
      characterSet: UTF8MB4,
      capabilityFlags: 0xffffff ^ (1 << 11),
    });
    connection.on("error", () => {});
    connection.on("query", () => {
      const common = { catalog: "def", schema: "", table: "", orgTable: "", orgName: "", columnLength: 255, flags: 0 };
      connection.writeColumns(columns.map((column) => ({ ...common, decimals: 0, ...column })));
      connection.writeTextRow(columns.map(({ name }) => row[name]!));
      connection.writeEof();
    });
  });
  const { _server: listener } = server.listen(0) as unknown as { _server: Server };
  if (!listener.listening) await once(listener, "listening");
  return { port: (listener.address() as AddressInfo).port, close: () => listener.close() };
}
