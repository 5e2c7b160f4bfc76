/** A memcached for tests that answers what they say. */
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What a fake memcached does with a command; `undefined` if it does not answer. */
export type Answer = (command: string, socket: Socket) => string | undefined;

/** A memcached on loopback. */
export interface FakeMemcached extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  /** Every command so far. */
  readonly commands: readonly string[];
  /** How many connections there were so far. */
  connections(): number;
  /** Closes all connections, as memcached does when it ends. */
  dropAll(): void;
}

/** Starts a memcached that answers with lines, which it is given with line feeds alone. */
export async function fakeMemcached(answer: Answer): Promise<FakeMemcached> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that gives up is no failure here.
    socket.on("error", () => {});
    let rest = "";
    socket.on("data", (bytes) => {
      const lines = `${rest}${bytes}`.split("\r\n");
      rest = lines.pop()!;
      for (const command of lines) {
        commands.push(command);
        const text = answer(command, socket);
        if (text !== undefined) socket.write(text.replaceAll("\n", "\r\n"));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const dropAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
    commands,
    connections: () => connections,
    dropAll,
    async [Symbol.asyncDispose]() {
      dropAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers as a captured server did, and to `version`. */
export function replay(captured: string): Answer {
  const answers = new Map(
    captured.split(/^> /m).slice(1).map((part) => {
      const [command = "", ...lines] = part.split("\n");
      return [command, lines.join("\n")];
    }),
  );
  return (command) => command === "version" ? "VERSION 1.6.18\n" : answers.get(command) ?? "ERROR\n";
}
