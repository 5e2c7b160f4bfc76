import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, FakeServer } from "./_testing.ts";
import { statActivity } from "./stat_activity.ts";
import { statReplication } from "./stat_replication.ts";

const weak = { role: 'we"ak', seesOthers: false };

for (const [name, collector] of Object.entries({ statActivity, statReplication })) {
  describe(name, () => {
    it(`${name} fails where it would see its own sessions only, and says what to grant`, async () => {
      const server = new FakeServer({}, weak);
      await assert.rejects(expose({ tested: collector }, server), {
        message:
          /^Cannot read .*: they are hidden from role "we"ak"; let a superuser run GRANT pg_monitor TO "we""ak"$/,
      });
      assert.deepEqual(server.queries, []);
    });
  });
}
