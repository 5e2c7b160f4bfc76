/** What an upstream does when it is asked. */
export type Behaviour =
  | "answer"
  | "hang"
  | "refuse"
  | "trickle"
  | "garbage"
  | { readonly bug: string }
  | { readonly queues: Readonly<Record<string, number>> };

/** An upstream that can be told to misbehave. */
export interface Upstream {
  readonly url: string;
  /** Changes what it does, and lets go of whoever it keeps waiting. */
  behave(behaviour: Behaviour): Promise<void>;
  stop(): Promise<void>;
}

const QUEUES = { queues: { mail: 3 } };
const BYTE_EVERY_MS = 200;

/** Starts one that answers. */
export function startUpstream(): Upstream {
  let behaviour: Behaviour = "answer";
  let over = Promise.withResolvers<void>();
  let server: Deno.HttpServer<Deno.NetAddr> | undefined;
  const listen = (port: number) => Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, answer);

  async function answer(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === "/held") {
      await over.promise;
      return new Response("over");
    }
    if (behaviour === "hang") await over.promise;
    if (behaviour === "trickle") return new Response(trickle());
    if (behaviour === "garbage") return new Response("<html>502 Bad Gateway</html>");
    return Response.json(typeof behaviour === "object" ? { ...QUEUES, ...behaviour } : QUEUES);
  }

  /** One byte after the other, so that no time-out between two of them ends it. */
  function trickle(): ReadableStream<Uint8Array> {
    let timer: ReturnType<typeof setInterval> | undefined;
    return new ReadableStream({
      start(controller) {
        timer = setInterval(() => controller.enqueue(new TextEncoder().encode(" ")), BYTE_EVERY_MS);
        over.promise.then(() => {
          clearInterval(timer);
          controller.close();
        }).catch(() => {});
      },
      cancel: () => clearInterval(timer),
    });
  }

  server = listen(0);
  const { port } = server.addr;
  async function close(): Promise<void> {
    over.resolve();
    await server?.shutdown();
    server = undefined;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async behave(next) {
      behaviour = next;
      over.resolve();
      over = Promise.withResolvers();
      if (next === "refuse") await close();
      else server ??= listen(port);
    },
    stop: close,
  };
}
