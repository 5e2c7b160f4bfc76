import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseOptionFile } from "./option_file.ts";

const FILE = `
# a comment
; another
ignored = before any group
[client]
user=exporter
password = "p#ss;w\\"rd\\\\" # behind it
 host = db   # spaces around
ssl_ca=/etc/ssl/ca.pem
ssl-verify-server-cert
!include /etc/other.cnf
[mysqld]
user = mysql
[ client.replica ]
password = it's
[client]
port = '3307'
user = later
`;

describe("parseOptionFile()", () => {
  it("parseOptionFile() reads groups, quotes, escapes and comments", () => {
    const groups = parseOptionFile(FILE.replaceAll("\n", "\r\n"));
    assert.deepEqual([...groups.keys()], ["client", "mysqld", "client.replica"]);
    assert.deepEqual(Object.fromEntries(groups.get("client")!), {
      user: "later",
      password: 'p#ss;w"rd\\',
      host: "db",
      "ssl-ca": "/etc/ssl/ca.pem",
      "ssl-verify-server-cert": "",
      port: "3307",
    });
    assert.equal(groups.get("client.replica")!.get("password"), "it's");
  });

  it("parseOptionFile() reads an empty file", () => assert.equal(parseOptionFile("").size, 0));
});
