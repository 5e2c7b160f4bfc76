/**
 * The package that stands in for `prom-client` where npm is told so: an alias or an override replaces a package by the
 * root export of another, and deep imports are paths inside it. It holds no code of its own.
 */
import type { PackageFiles, PackageJson } from "./package_files.ts";

/** What the package forwards to: the export of the framework that has prom-client's API. */
export const PROM_CLIENT_SUBPATH = "./prom-client";

const NAME = "@exporterkit/prom-client";

/** What the files below `lib/` are in prom-client 15.1.3, each as an expression over all that it exports. */
const LIBRARY_FILES: Readonly<Record<string, string>> = {
  bucketGenerators: "{ linearBuckets: client.linearBuckets, exponentialBuckets: client.exponentialBuckets }",
  cluster: "client.AggregatorRegistry",
  counter: "client.Counter",
  defaultMetrics: "client.collectDefaultMetrics",
  gauge: "client.Gauge",
  histogram: "client.Histogram",
  metricAggregators: "{ aggregators: client.aggregators }",
  pushgateway: "client.Pushgateway",
  registry: "client.Registry",
  summary: "client.Summary",
  validation: "{ validateMetricName: client.validateMetricName }",
};

/** The files below `lib/metrics/`, each of which registers some of the default metrics. */
const DEFAULT_METRICS = [
  "eventLoopLag",
  "gc",
  "heapSizeAndUsed",
  "heapSpacesSizeAndUsed",
  "osMemoryHeap",
  "processCpuTotal",
  "processHandles",
  "processMaxFileDescriptors",
  "processOpenFileDescriptors",
  "processRequests",
  "processResources",
  "processStartTime",
  "version",
];

/**
 * Writes the package.
 *
 * @param core The framework: the package has its version and depends on it.
 * @param licence Text of the licence.
 */
export function promClientPackage(
  core: { readonly name: string; readonly version: string },
  licence: string,
): PackageFiles {
  const target = core.name + PROM_CLIENT_SUBPATH.slice(1);
  return new Map([
    ["package.json", `${JSON.stringify(manifest(core), null, 2)}\n`],
    ["README.md", readme(core)],
    ["LICENSE", licence],
    ["index.js", commonJs(`require("${target}")`)],
    ["index.mjs", `export * from "${target}";\nexport { default } from "${target}";\n`],
    ["index.d.ts", `export * from "${target}";\n`],
    ...Object.entries(LIBRARY_FILES).map(([name, expression]): [string, string] => [
      `lib/${name}.js`,
      commonJs(expression, "../index.js"),
    ]),
    ...DEFAULT_METRICS.map((name): [string, string] => [
      `lib/metrics/${name}.js`,
      commonJs(`client.collectDefaultMetrics.metrics.${name}`, "../../index.js"),
    ]),
  ]);
}

function manifest({ name, version }: { name: string; version: string }): PackageJson {
  return {
    name: NAME,
    version,
    description: "Drop-in replacement for prom-client, for npm aliases and overrides",
    keywords: ["prometheus", "prom-client", "metrics", "openmetrics", "monitoring"],
    license: "Apache-2.0",
    // As prom-client: what is imported from inside it is CommonJS.
    type: "commonjs",
    main: "./index.js",
    types: "./index.d.ts",
    exports: {
      ".": { types: "./index.d.ts", require: "./index.js", default: "./index.mjs" },
      "./lib/*.js": { default: "./lib/*.js" },
      "./lib/*": { default: "./lib/*.js" },
      "./package.json": { default: "./package.json" },
    },
    engines: { node: ">=20" },
    dependencies: { [name]: `^${version}` },
    sideEffects: false,
  };
}

function readme({ name, version }: { name: string; version: string }): string {
  const alias = {
    dependencies: { "prom-client": `npm:${NAME}@^${version}` },
    overrides: { "prom-client": "$prom-client" },
  };
  return `# ${NAME}

The API of \`prom-client\` 15 by \`${name}\`, under a name of its own so that npm can put it in the place of
\`prom-client\`, for your code and for all packages that you depend on:

\`\`\`json
${JSON.stringify(alias, null, 2)}
\`\`\`

There is no code in here: \`require()\` and \`import\` lead to \`${name}/prom-client\`, which you can also use directly.
`;
}

function commonJs(expression: string, required?: string): string {
  const client = required === undefined ? "" : `const client = require("${required}");\n\n`;
  return `"use strict";\n\n${client}module.exports = ${expression};\n`;
}
