import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { alias } from "../../../settings/alias.ts";
import { secret } from "../../../settings/secret.ts";
import { exporterWith } from "../../_testing.ts";
import { denoFlags } from "./flags.ts";

describe("denoFlags()", () => {
  it("grants the port and the variables of the settings", () => {
    assert.deepEqual(denoFlags(exporterWith({ name: "my-app", namespace: "x" })), {
      flags: [
        "--no-prompt",
        "--allow-net=[::]:9999,0.0.0.0:9999",
        "--allow-env=MY_APP_EXPORTER_*,LOG_STREAM,LOG_TOKENS",
      ],
    });
  });

  it("grants what is declared beside that", () => {
    const permissions = { net: ["db:5432"], read: ["/srv/a", "/srv/b"], env: ["HOME"], run: ["smartctl"] };
    assert.deepEqual(denoFlags(exporterWith({ permissions })).flags, [
      "--no-prompt",
      "--allow-net=[::]:9999,0.0.0.0:9999,db:5432",
      "--allow-env=T_EXPORTER_*,LOG_STREAM,LOG_TOKENS,HOME",
      "--allow-read=/srv/a,/srv/b",
      "--allow-run=smartctl",
    ]);
    assert.ok(denoFlags(exporterWith({ permissions: { net: ["*"] } })).flags.includes("--allow-net"));
  });

  it("grants the other variables that settings are read from", () => {
    const settings = v.object({
      address: v.optional(v.pipe(v.string(), alias({ variable: ["APP_ADDR", "APP_ADDRESS"] }))),
      password: v.optional(v.pipe(secret(), alias({ variable: "APP_PASSWORD" }))),
    });
    const aliases = { "web.listen-address": { variable: "LISTEN_ADDRESS" }, "log.level": { flag: "debug" } };
    const { flags } = denoFlags(exporterWith({ settings, aliases }));
    assert.equal(
      flags.find((flag) => flag.startsWith("--allow-env")),
      "--allow-env=T_EXPORTER_*,APP_ADDR,APP_ADDRESS,APP_PASSWORD,APP_PASSWORD_FILE,LISTEN_ADDRESS,LOG_STREAM,LOG_TOKENS",
    );
  });

  for (const path of ["/", "/proc", "/sys/class/net", "/dev/sda"]) {
    it(`grants everything and says why, for an exporter that reads ${path}`, () => {
      const { flags, note = "" } = denoFlags(exporterWith({ permissions: { read: ["/srv", path] } }));
      assert.deepEqual(flags, ["--allow-all"]);
      assert.ok(note.includes(`since the exporter reads ${path}:`), note);
    });
  }

  it("takes no folder for another whose name it begins", () => {
    assert.ok(denoFlags(exporterWith({ permissions: { read: ["/system", "/device"] } })).note === undefined);
  });
});
