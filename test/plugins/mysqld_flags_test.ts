/** Command lines and environments that were written for mysqld_exporter. */
import { describe, it } from "node:test";
import { findProgram } from "../_programs.ts";
import { assertKnowsFlagsOf } from "./_flags.ts";
import { needsOriginal } from "./_mariadb.ts";

describe("the command line of MySQL exporter", needsOriginal(), () => {
  it("MySQL exporter knows each flag and variable of the original", async () => {
    const original = { path: findProgram("prometheus-mysqld-exporter")!, args: ["--help"] };
    await assertKnowsFlagsOf("mysqld_exporter", original, { variables: ["DATA_SOURCE_NAME"] });
  });
});
