import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redact } from "../log/redact.ts";
import { tokenOf } from "./token.ts";

describe("tokenOf()", () => {
  function readerOf(variables: Record<string, string | undefined>, files: Record<string, string> = {}) {
    const platform = {
      variable: (name: string) => variables[name],
      readTextFile(path: string) {
        if (!(path in files)) throw new Error(`no such file: ${path}`);
        return files[path]!;
      },
    };
    return tokenOf(platform, "TOKEN");
  }

  it("reads a variable, and nothing that is empty", async () => {
    assert.equal(await readerOf({ TOKEN: "one" })(), "one");
    for (const variables of [{ TOKEN: undefined }, { TOKEN: "" }, { TOKEN: " " }]) {
      assert.equal(await readerOf(variables)(), undefined);
    }
  });

  it("reads a file anew each time", async () => {
    const files = { "/run/token": "one\n" };
    const token = readerOf({ TOKEN: "no", TOKEN_FILE: "/run/token" }, files);
    assert.equal(await token(), "one");
    files["/run/token"] = "two\n";
    assert.equal(await token(), "two");
  });

  it("rejects where the file cannot be read", async () => {
    await assert.rejects(readerOf({ TOKEN_FILE: "/none" })(), /no such file: \/none/);
  });

  it("keeps what it has read out of the log", async () => {
    await readerOf({ TOKEN: "5f1e-token" })();
    assert.equal(redact("refused: 5f1e-token"), "refused: <secret>");
  });
});
