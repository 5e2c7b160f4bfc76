/** One question to a DNS server, over UDP, TCP or TLS. */
import { createSocket } from "node:dgram";
import type { Socket } from "node:net";
import { isIPv6 } from "node:net";
import type { Endpoint } from "./sockets.ts";

/** Sends a message over UDP and waits for the first that comes back with its id. */
export function askByUdp(
  { address, port, from }: Endpoint,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (finish: () => void) => {
      signal.removeEventListener("abort", abort);
      try {
        socket.close();
      } catch {
        // Closed already.
      }
      finish();
    };
    const abort = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", abort);
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("message", (answer) => {
      if (answer[0] === message[0] && answer[1] === message[1]) end(() => resolve(answer));
    });
    const send = () => socket.connect(port, address, () => socket.send(message));
    if (from === undefined) send();
    else socket.bind(0, from, send);
  });
}

/** Sends a message over a connection, each with its length before it: RFC 1035, 4.2.2. */
export function askByTcp(socket: Socket, message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let received: Uint8Array = new Uint8Array();
    socket.on("data", (chunk: Uint8Array) => {
      received = new Uint8Array([...received, ...chunk]);
      const length = received.length < 2 ? Infinity : received[0]! * 256 + received[1]!;
      if (received.length >= length + 2) resolve(received.subarray(2, length + 2));
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The connection ended before there was an answer")));
    socket.write(new Uint8Array([message.length >> 8, message.length & 0xff, ...message]));
  });
}
