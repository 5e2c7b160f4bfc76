/** A program that imports an exporter's file, as a test would, asks it once, and must then end by itself. */
import process from "node:process";
import { pathToFileURL } from "node:url";

const { default: served } = await import(pathToFileURL(process.argv[2] ?? "").href);
const { name } = served.exporter;
const { status } = await served.fetch(new Request("http://localhost/metrics"));
console.log(JSON.stringify({ keys: Object.keys(served).sort(), name, status }));
