import { resolve } from "node:path";
import { readExporter } from "../../build/read_exporter.ts";
import { dryScrape, EndedError } from "../_dry_scrape.ts";
import { readEntryArguments } from "../_entry_arguments.ts";
import { exporterProgram } from "../_program.ts";
import { tableLines } from "../_table.ts";
import type { Command } from "../command.ts";

const WRONG_SETTINGS = 2;

/** `exporterkit check` */
export default {
  summary: "check an exporter: its settings, one scrape, and the names of what it exposes",
  help: `Usage: exporterkit check FILE [arguments of the exporter]

Starts the exporter of FILE on a free port of 127.0.0.1 with its own settings, scrapes it once and ends it. Says what each
collector did, and which metrics are not named and described as Prometheus people do: what promtool check metrics says.

Exit status: 0 if all is well, 1 if a collector failed, the upstream was not reached, or a metric breaks a rule, 2 if the
settings are wrong.`,
  async run(args) {
    const { entry, rest } = readEntryArguments(args);
    const { name, namespace = name } = await readExporter(resolve(entry));
    await using program = await exporterProgram(entry);
    try {
      const child = program.start([...rest, "--web.listen-address=127.0.0.1:0"], "pipe");
      const { collectors, up, problems, complaints } = await dryScrape(child, namespace);
      const rows = collectors.map(({ collector, success, series, seconds }) => [
        success ? "ok" : "failed",
        collector,
        String(series),
        `${(seconds * 1000).toFixed(1)} ms`,
      ]);
      console.log(tableLines(["", "collector", "series", "time"], rows).join("\n"));
      if (up === false) console.log(`\n${namespace}_up is 0: the upstream was not reached`);
      const notes = [...complaints, ...problems.map(({ metric, text, rule }) => `${metric}: ${text} (${rule})`)];
      if (notes.length > 0) console.log(`\n${notes.join("\n")}`);
      return up !== false && problems.length === 0 && collectors.every(({ success }) => success) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof EndedError) || error.status !== WRONG_SETTINGS) throw error;
      console.error(error.message);
      return WRONG_SETTINGS;
    }
  },
} satisfies Command as Command;
