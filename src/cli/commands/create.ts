import { helpText } from "../../create/arguments.ts";
import { create } from "../../create/create.ts";
import type { Command } from "../command.ts";

const COMMAND = "exporterkit create";

/** `exporterkit create` */
export default {
  summary: "make a project of a new exporter",
  help: helpText(COMMAND),
  run: (args) => create(args, { command: COMMAND }),
} satisfies Command as Command;
