/**
 * The program `create-exporter`, of the package of that name: what `npm create exporter` starts.
 *
 * @module
 */
import process from "node:process";
import { create } from "./create.ts";

// Ending at once would cut off what a pipe has not taken yet.
process.exitCode = await create(process.argv.slice(2), { command: "create-exporter" });
