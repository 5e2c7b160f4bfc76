import fc from "fast-check";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { WebConfigError } from "./web_config_error.ts";
import { WebConfigFile } from "./web_config_file.ts";
import { parseYaml } from "./web_config_yaml.ts";

const HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

describe("WebConfigFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-web-"));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "web.yml");
  function write(text: string): void {
    writeFileSync(path, text);
  }
  function fileWith(text: string): WebConfigFile {
    write(text);
    return new WebConfigFile(path, {
      parse: parseYaml,
      unsupported: ({ http2 }) => http2 ? [] : [{ path: ["http_server_config", "http2"], text: "not here" }],
    });
  }

  it("gives the same configuration until the text is another", () => {
    const file = fileWith("");
    const first = file.read();
    assert.equal(file.read(), first);
    write(`basic_auth_users: { ali: ${HASH} }\n`);
    assert.deepEqual([...file.read().users], [["ali", HASH]]);
  });

  it("takes what a file would say, and paths from where the program is", () => {
    const options = { parse: parseYaml, unsupported: () => [] };
    const tls = { cert_file: path, key_file: "/k.pem" };
    const given = new WebConfigFile({ tls_server_config: tls }, options);
    write("certificate");
    assert.equal(given.readPem(given.read().tls!.cert), "certificate");
    assert.throws(() => new WebConfigFile({ tls_server_config: { ...tls, min_version: "TLS9" } }, options).read(), {
      message: /^Web configuration: tls_server_config\.min_version: got "TLS9", expected /,
    });
  });

  it("names file, line and key of every problem, in the order of the file", () => {
    const file = fileWith(
      `basic_auth_users:\n  ali: hunter2\n  ${HASH}: ali\nhttp_server_config:\n  http2: 2\nrate: 1\n`,
    );
    const known = "tls_server_config, http_server_config, basic_auth_users, rate_limit";
    assert.throws(() => file.read(), {
      name: "WebConfigError",
      message: [
        `${path}:2: basic_auth_users.ali: got something else, expected a bcrypt hash`,
        `${path}:3: basic_auth_users.<secret>: got something else, expected a bcrypt hash`,
        `${path}:5: http_server_config.http2: got "2", expected true or false`,
        `${path}:6: rate: unknown key, expected one of ${known}`,
      ].join("\n"),
    });
  });

  it("refuses what cannot be done here", () => {
    const file = fileWith("\nhttp_server_config:\n  http2: false\n");
    assert.throws(() => file.read(), { message: `${path}:3: http_server_config.http2: not here` });
  });

  it("throws as long as the file is wrong, and no longer", () => {
    const file = fileWith("x: [");
    for (let times = 0; times < 2; times++) assert.throws(() => file.read(), /not valid YAML/);
    write("");
    assert.equal(file.read().users.size, 0);
    rmSync(path);
    assert.throws(() => file.read(), { message: `Cannot read ${path}: there is no such file` });
  });

  it("says in its own words what is wrong with any text", () => {
    const file = fileWith("");
    const word = fc.constantFrom(
      ...[
        "tls_server_config",
        "http_server_config",
        "basic_auth_users",
        "rate_limit",
        "cert",
        "headers",
        "constructor",
      ],
      ...[
        "burst",
        "*a",
        "&a",
        "<<",
        ":",
        ": ",
        "\n",
        "\n  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "!!int",
        "'",
        '"',
        "|",
        ">",
        "#",
        "?",
      ],
      ...["\t", "---", "...", "%", "@", "~", "true", "3", "1s", HASH, "__proto__"],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 20 }).map((words) => words.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, (text) => {
        write(text);
        try {
          file.read();
        } catch (error) {
          assert.ok(error instanceof WebConfigError, String((error as Error).stack));
          for (const line of error.message.split("\n")) assert.match(line, /web\.yml:\d+: ./);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("looks for certificates where the file is", () => {
    const file = fileWith("");
    mkdirSync(join(folder, "certs"));
    writeFileSync(join(folder, "certs/a.crt"), "A");
    assert.equal(file.readPem({ file: "certs/a.crt" }), "A");
    assert.equal(file.readPem({ file: join(folder, "certs/a.crt") }), "A");
    assert.equal(file.readPem({ pem: "B" }), "B");
    assert.throws(() => file.readPem({ file: "certs" }), { message: `Cannot read ${folder}/certs: it is a folder` });
  });
});
