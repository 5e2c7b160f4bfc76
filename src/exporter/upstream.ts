import type { Logger } from "../log/logger.ts";
import type { SharedResource } from "./resource.ts";

/** Where resources come from, and who shares them. */
export interface UpstreamOptions {
  /** Makes one, with the settings as they are now. */
  readonly create: () => SharedResource;
  /** Whether all scrapes use the same one; where sockets may not cross requests, each has its own. */
  readonly shared: boolean;
  readonly log: Logger;
}

/** Gives scrapes what the exporter's `open` makes: one for all, or one each. */
export class Upstream {
  readonly #options: UpstreamOptions;
  #shared: SharedResource | undefined;
  /** What earlier settings opened, until it is given back. */
  readonly #retiring = new Set<Promise<void>>();

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#shared = options.shared ? options.create() : undefined;
  }

  /** What all scrapes share, as it is now; `undefined` where each has its own. */
  get shared(): SharedResource | undefined {
    return this.#shared;
  }

  /** Lets work use a resource, and gives it back afterwards unless it is shared. */
  async use<Value>(work: (resource: SharedResource) => Promise<Value>): Promise<Value> {
    const resource = this.#shared ?? this.#options.create();
    const release = resource.hold();
    try {
      return await work(resource);
    } finally {
      release();
      if (!this.#options.shared) await this.#giveBack(resource);
    }
  }

  /**
   * Begins anew with the settings as they are now. What was opened is given back when nothing uses it any more.
   *
   * @param options With `reopen` the new one is opened at once, not by the next scrape.
   */
  replace({ reopen }: { readonly reopen: boolean }): void {
    const former = this.#shared;
    if (former === undefined) return;
    this.#shared = this.#options.create();
    if (reopen) void this.#shared.openInBackground(() => {});
    const retired = former.retire()
      .catch((error) => this.#options.log.warn("Cannot give back what the former settings opened", { error }))
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  /** @throws {Error} If something cannot be given back. */
  async close(): Promise<void> {
    await Promise.all([this.#shared?.close(), ...this.#retiring]);
  }

  async #giveBack(resource: SharedResource): Promise<void> {
    await resource.close().catch((error) => this.#options.log.warn("Cannot close the resource", { error }));
  }
}
