import type { Socket } from "node:net";

/** As long as a line may be for blackbox_exporter. */
const LONGEST_LINE = 64 * 1024;

/** Reads the lines that come over a connection, until somebody else takes the connection over. */
export class Lines {
  readonly #socket: Socket;
  readonly #decoder = new TextDecoder();
  #text = "";
  #isOver = false;
  #error: Error | undefined;
  #wake = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#received);
    socket.on("end", this.#ended);
    socket.on("close", this.#ended);
    socket.on("error", this.#failed);
  }

  /**
   * Waits for the next line. What is behind the last line end counts as one when the connection ends.
   *
   * @returns The line without its end; `undefined` if no more comes.
   * @throws {Error} If the connection fails, or a line is longer than 64 KiB.
   */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) return this.#take(end, 1);
      if (this.#error !== undefined) throw this.#error;
      if (this.#isOver) return this.#text === "" ? undefined : this.#take(this.#text.length, 0);
      if (this.#text.length > LONGEST_LINE) throw new Error(`a line is longer than ${LONGEST_LINE} bytes`);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Lets go of the connection. What has come and was not read is gone. */
  release(): void {
    this.#socket.off("data", this.#received);
    this.#socket.off("end", this.#ended);
    this.#socket.off("close", this.#ended);
    this.#socket.off("error", this.#failed);
    this.#socket.pause();
  }

  #take(length: number, more: number): string {
    const line = this.#text.slice(0, length).replace(/\r$/, "");
    this.#text = this.#text.slice(length + more);
    return line;
  }

  readonly #received = (chunk: Uint8Array): void => {
    this.#text += this.#decoder.decode(chunk, { stream: true });
    this.#wake();
  };

  readonly #ended = (): void => {
    this.#isOver = true;
    this.#wake();
  };

  readonly #failed = (error: Error): void => {
    this.#error = error;
    this.#wake();
  };
}
