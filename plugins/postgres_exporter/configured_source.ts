import type { Secret } from "@exporterkit/core";
import process from "node:process";
import { type DataSource, parseDataSource, type Variable } from "./data_source.ts";
import type { PostgresSettings } from "./settings.ts";

/**
 * Reads the data sources that the settings name, and the files that they may name for it. Several names stand between
 * commas, as postgres_exporter has them.
 *
 * @throws {Error} If a file cannot be read.
 * @throws {SyntaxError} If the name of a data source cannot be read.
 */
export async function configuredSources(
  { name, uri, user, pass }: PostgresSettings["dataSource"],
  variable: Variable = (name) => process.env[name],
): Promise<DataSource[]> {
  if (name !== undefined) return namesIn(await name.read()).map((text) => parseDataSource(text, variable));
  if (uri === undefined) return [withLogin(parseDataSource("", variable), await login(user, pass))];
  const text = await uri.read();
  const source = parseDataSource(/^\w+:\/\//.test(text) ? text : `postgresql://${text}`, variable);
  return [withLogin(source, await login(user, pass))];
}

/** Other commas belong to a name. */
function namesIn(text: string): string[] {
  return text.split(/,\s*(?=postgres(?:ql)?:\/\/|(?:host|user)\s*=)/i);
}

type Login = Pick<DataSource, "user" | "password">;

async function login(user: Secret | undefined, pass: Secret | undefined): Promise<Partial<Login>> {
  return {
    ...(user === undefined ? {} : { user: await user.read() }),
    ...(pass === undefined ? {} : { password: await pass.read() }),
  };
}

/** A database that nobody names is that of the user. */
function withLogin(source: DataSource, login: Partial<Login>): DataSource {
  const database = source.database === source.user ? login.user ?? source.database : source.database;
  return { ...source, ...login, database };
}
