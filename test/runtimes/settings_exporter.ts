/** An exporter with a setting of every kind, which shows what it was told, and of its secret only the length. */
import { defineExporter, gauge, info, secret, serve } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "settings",
  version: "1.0.0",
  port: 9879,
  settings: v.object({
    cityName: v.optional(v.pipe(v.string(), v.description("Where it is.")), "Berlin"),
    maxDepth: v.optional(v.pipe(v.number(), v.integer(), v.description("How deep it goes.")), 3),
    names: v.optional(v.pipe(v.array(v.string()), v.description("Whom it knows.")), []),
    password: v.optional(v.pipe(secret(), v.description("What nobody may see."))),
    modules: v.optional(v.record(v.string(), v.object({ path: v.string() })), {}),
  }),
  collectors: {
    told: {
      help: "What it was told.",
      metrics: {
        told: info("settings_told_info", "The settings.", ["city", "depth", "names", "modules"]),
        length: gauge("settings_password_length_bytes", "Length of the secret."),
      },
      async collect({ settings, metrics }) {
        const { cityName: city, maxDepth: depth, names, modules } = settings;
        metrics.told.set({ city, depth, names: names.join(), modules: Object.keys(modules).join() });
        const password = await settings.password?.read() ?? "";
        metrics.length.set(password.length);
        if (password.includes("wrong")) throw new Error(`The upstream does not take ${password}`);
      },
    },
  },
});

export default serve(exporter, import.meta);
