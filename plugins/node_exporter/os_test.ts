import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { os, parseOsRelease } from "./os.ts";

describe("parseOsRelease", () => {
  it("parseOsRelease() reads words as a shell does", () => {
    const release = parseOsRelease(
      '# Comment\nNAME=\'Made "up"\'\nPRETTY_NAME="A \\"b\\" \\$c \\d"\nID=made-up # rest\nVERSION="7 (Truncated\nBUILD_ID=\n',
    );
    assert.equal(release.name, 'Made "up"');
    assert.equal(release.pretty_name, 'A "b" $c \\d');
    assert.equal(release.id, "made-up");
    assert.equal(release.version, "7 (Truncated");
    assert.equal(release.build_id, "");
    assert.equal(release.variant, "");
  });

  it("parseOsRelease() passes over lines that assign nothing", () => {
    assert.equal(Object.values(parseOsRelease("\nnonsense\n=x\nID\n")).join(""), "");
  });
});

describe("os", () => {
  it("os() falls back to /usr/lib, below the root file system", async () => {
    const host = fakeHost({ "/host/usr/lib/os-release": 'ID=debian\nNAME=Debian\nVERSION_ID="12.5.1"\n' });
    assert.deepEqual(samples(await expose(os(host), { path: { rootfs: "/host/" } })), [
      'node_os_info{build_id="",id="debian",id_like="",image_id="",image_version="",name="Debian",pretty_name="",' +
      'variant="",variant_id="",version="",version_codename="",version_id="12.5.1"} 1',
      'node_os_version{id="debian",id_like="",name="Debian"} 12.5',
    ]);
  });

  it("os() exposes no version where it is no number", async () => {
    const exposition = await expose(os(fakeHost({ "/etc/os-release": "ID=arch\nVERSION_ID=rolling\n" })));
    assert.doesNotMatch(exposition, /node_os_version/);
  });
});
