import { type Commands, RefusedError, type Reply, toList } from "./redis.ts";

/** Where a node of a cluster is. */
export interface Node {
  /** `undefined` where it is that of the node that says so. */
  readonly host: string | undefined;
  readonly port: number;
}

/** How a cluster is used. */
export interface ClusterOptions {
  /** The node that is asked first. */
  readonly first: Commands;
  /** Connects to another one. */
  readonly connect: (node: Node) => Promise<Commands>;
}

/** The nodes of a cluster as one server: each command goes to the node that has its key. */
export function clusterOf({ first, connect }: ClusterOptions): Commands {
  const others = new Map<string, Promise<Commands>>();
  function at(node: Node): Promise<Commands> {
    const name = `${node.host}:${node.port}`;
    const known = others.get(name) ?? connect(node);
    others.set(name, known);
    return known;
  }
  return {
    async send(command, signal) {
      try {
        return await first.send(command, signal);
      } catch (error) {
        const there = error instanceof RefusedError ? redirection(error.answer) : undefined;
        if (there === undefined) throw error;
        const other = await at(there.node);
        if (there.isOnce) await other.send(["ASKING"], signal);
        return await other.send(command, signal);
      }
    },
    async nodes(signal) {
      const primaries = primariesOf(await first.send(["CLUSTER", "SLOTS"], signal));
      return await Promise.all(primaries.map(at));
    },
  };
}

/** Where an error such as `MOVED 3999 127.0.0.1:6381` sends a command; once only, where the slot is on its way there. */
export function redirection(answer: string): { readonly node: Node; readonly isOnce: boolean } | undefined {
  const { kind, host, port } = /^(?<kind>MOVED|ASK) \d+ (?<host>.*):(?<port>\d+)$/.exec(answer)?.groups ?? {};
  if (port === undefined) return undefined;
  return { node: { host: host || undefined, port: Number(port) }, isOnce: kind === "ASK" };
}

/** The nodes that CLUSTER SLOTS names first for some slots, each once. */
export function primariesOf(slots: Reply): Node[] {
  const nodes = toList(slots).map((range) => {
    const [host, port] = toList(toList(range)[2]);
    return { host: host === null || host === "" ? undefined : String(host), port: Number(port) };
  });
  return [...new Map(nodes.map((node) => [`${node.host}:${node.port}`, node])).values()];
}
