import { counter, defineCollector, gauge } from "@exporterkit/core";
import { HITS, labelsOf, plainSets } from "./_commands.ts";
import { bySlab, eachNumber, numberOf } from "./_stats_text.ts";
import type { MemcachedClient } from "./client.ts";
import type { Settings } from "./settings.ts";

const SLAB = ["slab"] as const;

/** What the command `stats slabs` says; the keys of `metrics` are memcached's names, but for the first. */
export const slabs = defineCollector<Settings, MemcachedClient>()({
  help: "Memory and commands of each slab class, from the command stats slabs.",
  metrics: {
    commands: counter(
      "memcached_slab_commands_total",
      "Commands, by how they ended (<command>_hits, cas_badval, and cmd_set without cas).",
      ["command", "slab", "status"],
    ),
    total_malloced: gauge("memcached_malloced_bytes", "Bytes of memory in pages of slabs (total_malloced)."),
    chunk_size: gauge("memcached_slab_chunk_size_bytes", "Bytes of a chunk (chunk_size).", SLAB),
    chunks_per_page: gauge("memcached_slab_chunks_per_page", "Chunks in a page (chunks_per_page).", SLAB),
    total_pages: gauge("memcached_slab_current_pages", "Pages (total_pages).", SLAB),
    total_chunks: gauge("memcached_slab_current_chunks", "Chunks (total_chunks).", SLAB),
    used_chunks: gauge("memcached_slab_chunks_used", "Chunks that hold items (used_chunks).", SLAB),
    free_chunks: gauge("memcached_slab_chunks_free", "Chunks that hold none (free_chunks).", SLAB),
    free_chunks_end: gauge(
      "memcached_slab_chunks_free_end",
      "Chunks at the end of the last page that were never used (free_chunks_end).",
      SLAB,
    ),
  },
  async collect({ resource, metrics: { commands, total_malloced, ...numbers }, signal }) {
    const all = await resource.stats("stats slabs", signal);
    const allocated = numberOf(all, "total_malloced");
    if (allocated !== undefined) total_malloced.set(allocated);
    const names = Object.keys(numbers) as (keyof typeof numbers)[];
    for (const [slab, stats] of bySlab(all, "")) {
      eachNumber(stats, names, (name, number) => numbers[name].set({ slab }, number));
      eachNumber(stats, HITS, (name, number) => commands.set({ slab, ...labelsOf(name) }, number));
      const sets = plainSets(stats, ["cas_hits", "cas_badval"]);
      if (sets !== undefined) commands.set({ slab, command: "set", status: "hit" }, sets);
    }
  },
});
