import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples, testdata } from "./_testing.ts";
import { commands, parseCommands, parseLatencies } from "./commands.ts";

describe("commands", () => {
  it("commands exposes what the server says, percentiles as it names them", async () => {
    const lines = await samples(
      commands,
      fakeRedis({
        "INFO commandstats":
          "# Commandstats\ncmdstat_config|get:calls=4,usec=2500000,usec_per_call=1,rejected_calls=1," +
          "failed_calls=2\n",
        "INFO latencystats": "# Latencystats\nlatency_percentiles_usec_config|get:p50=1.003,p99.9=3.007\n",
      }),
    );
    assert.deepEqual(lines, [
      'redis_commands_duration_seconds_total{cmd="config|get"} 2.5',
      'redis_commands_failed_calls_total{cmd="config|get"} 2',
      'redis_commands_rejected_calls_total{cmd="config|get"} 1',
      'redis_commands_total{cmd="config|get"} 4',
      'redis_latency_percentiles_usec{cmd="config|get",quantile="50"} 1.003',
      'redis_latency_percentiles_usec{cmd="config|get",quantile="99.9"} 3.007',
      'redis_latency_percentiles_usec_sum{cmd="config|get"} 2.5e+06',
      'redis_latency_percentiles_usec_count{cmd="config|get"} 4',
    ]);
  });

  it("commands exposes four families and a summary of a real answer", async () => {
    const answers = {
      "INFO commandstats": testdata("info_commandstats.txt"),
      "INFO latencystats": testdata("info_latencystats.txt"),
    };
    const lines = await samples(commands, fakeRedis(answers));
    const count = (text: string, pattern: RegExp) => text.match(pattern)?.length;
    const exposed = lines.join("\n");
    assert.equal(count(exposed, /^redis_commands_total\{/gm), count(answers["INFO commandstats"], /^cmdstat_/gm));
    assert.equal(
      count(exposed, /^redis_latency_percentiles_usec\{.*quantile="99\.9"/gm),
      count(answers["INFO latencystats"], /^latency_percentiles_usec_/gm),
    );
  });

  it("commands does without what older servers do not say", async () => {
    const redis = fakeRedis({
      "INFO commandstats": "# Commandstats\r\ncmdstat_get:calls=21,usec=175,usec_per_call=8.33\r\n",
      "INFO latencystats": "",
    });
    assert.deepEqual(await samples(commands, redis), [
      'redis_commands_duration_seconds_total{cmd="get"} 0.000175',
      'redis_commands_total{cmd="get"} 21',
    ]);
  });
});

describe("parseCommands()", () => {
  it("parseCommands() passes over what it cannot read", () => {
    assert.equal(parseCommands(new Map([["cmdstat_get", "calls=x,usec=1"], ["other", "calls=1,usec=1"]])).size, 0);
  });
});

describe("parseLatencies()", () => {
  it("parseLatencies() leaves out commands with other percentiles: they are of before a change of the configuration", () => {
    const prefix = "latency_percentiles_usec_";
    const { percentiles, values } = parseLatencies(
      new Map([[`${prefix}get`, "p50=1,p99=2"], [`${prefix}set`, "p50=1"], [`${prefix}del`, "p50=3,p99=4"]]),
    );
    assert.deepEqual([percentiles, [...values.keys()]], [[50, 99], ["get", "del"]]);
  });
});
