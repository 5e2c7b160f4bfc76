import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeDatabase, table } from "./_testing.ts";
import { engineTokudbStatus } from "./engine_tokudb_status.ts";

describe("engineTokudbStatus", () => {
  it("engineTokudbStatus makes names of TokuDB's", async () => {
    const database = fakeDatabase({
      "SHOW ENGINE TOKUDB STATUS": table(
        ["Type", "Name", "Status"],
        ["TokuDB", "ft: leaf nodes flushed to disk (not for checkpoint)", "12"],
        ["TokuDB", "memory: size + overhead / total", "3.5"],
        ["TokuDB", "disk free space", "more than twice the reserve"],
      ),
    });
    assert.deepEqual((await expose(engineTokudbStatus, database)).sort(), [
      "mysql_engine_tokudb_ft_leaf_nodes_flushed_to_disk_not_for_checkpoint 12",
      "mysql_engine_tokudb_memory_size_and_overhead_and_total 3.5",
    ]);
  });
});
