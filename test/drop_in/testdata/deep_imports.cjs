// Loads the files inside prom-client that programs reach for, and says of each what it is among the exports.
const client = require("prom-client");

const names = ["bucketGenerators", "cluster", "counter", "defaultMetrics", "gauge", "histogram", "metricAggregators"];
names.push("pushgateway", "registry", "summary", "validation");

const found = {};
for (const name of names) {
  const withEnding = require(`prom-client/lib/${name}.js`);
  if (require(`prom-client/lib/${name}`) !== withEnding) throw new Error(`${name} is loaded twice`);
  found[name] = nameOf(withEnding) ?? Object.keys(withEnding).filter((key) => withEnding[key] === client[key]);
}

const registry = new client.Registry();
const metrics = ["version.js", "gc", "heapSizeAndUsed", "processCpuTotal"];
for (const name of metrics) require(`prom-client/lib/metrics/${name}`)(registry);
registry.metrics().then((text) => console.log(JSON.stringify({ found, families: text.match(/(?<=^# TYPE )\w+/gm) })));

function nameOf(value) {
  return Object.keys(client).find((key) => client[key] === value);
}
