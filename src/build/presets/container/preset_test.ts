import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import type { Exporter } from "../../../exporter/definition.ts";
import { hostPath } from "../../../settings/host_path.ts";
import { exporterWith } from "../../_testing.ts";
import preset from "./preset.ts";

async function packed(changes: Partial<Exporter>) {
  const bundle = () => Promise.resolve({ code: "", inputs: [], imports: [] });
  return await preset.pack({ exporter: exporterWith(changes), options: {}, bundle });
}

/** The flags and arguments of `docker run`. */
async function runOf(changes: Partial<Exporter>): Promise<string> {
  return / docker run --rm --read-only --cap-drop=ALL --security-opt=no-new-privileges (.*)$/.exec(
    (await packed(changes)).start,
  )?.[1] ?? "";
}

describe("the container preset", () => {
  it("mounts what is read of the machine, and neither settings nor what every container has", async () => {
    const read = ["/srv/a", "/etc/t_exporter", "/proc/stat", "/sys"];
    assert.equal(
      await runOf({ permissions: { read } }),
      "--mount=type=bind,source=/srv/a,target=/srv/a,readonly -p 9999:9999 t-exporter:1.2.3",
    );
  });

  it("lets an exporter that tells of the machine see it, and says where", async () => {
    const path = (fallback: string) => v.optional(v.pipe(v.string(), hostPath()), fallback);
    const settings = v.object({ procfs: path("/proc"), rootFs: path("/") });
    assert.equal(
      await runOf({ settings, permissions: { read: ["/"] } }),
      "--net=host --pid=host -v /:/host:ro,rslave t-exporter:1.2.3 --procfs=/host/proc --root-fs=/host",
    );
  });

  it("allows what the programs need that it starts, or says that the image lacks them", async () => {
    assert.equal(
      await runOf({ permissions: { run: ["ping"] } }),
      "'--sysctl=net.ipv4.ping_group_range=65532 65532' -p 9999:9999 t-exporter:1.2.3",
    );
    assert.deepEqual((await packed({ permissions: { run: ["ping"] } })).notes, []);
    assert.match(
      (await packed({ permissions: { run: ["smartctl"] } })).notes?.[0] ?? "",
      /^the image has no smartctl,/,
    );
  });
});
