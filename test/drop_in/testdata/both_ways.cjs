// Loads the drop-in in both ways in one process, and says what each of them is and sees.
const { mock } = require("node:test");
const required = require("@exporterkit/core/prom-client");

async function main() {
  const imported = await import("@exporterkit/core/prom-client");
  new required.Counter({ name: "required_total", help: "Made by the class that was required." }).inc(2);
  new imported.Counter({ name: "imported_total", help: "Made by the class that was imported." }).inc(3);
  mock.method(required, "linearBuckets", () => "mocked");
  console.log(JSON.stringify({
    required: Object.keys(required),
    imported: Object.keys(imported),
    default: Object.keys(imported.default),
    // Some tools import the very file that others require.
    importedCommonJs: Object.keys(await import(require.resolve("@exporterkit/core/prom-client"))),
    isAlsoDefault: imported.default.Counter === imported.Counter,
    mocked: required.linearBuckets(1, 1, 1),
    scrapes: {
      required: await required.register.metrics(),
      imported: await imported.register.metrics(),
      default: await imported.default.register.metrics(),
    },
  }));
}

main();
