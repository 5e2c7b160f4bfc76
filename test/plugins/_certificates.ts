/** Certificates for servers of tests; needs `openssl`. */

/**
 * Writes certificates for a day into a folder: `ca.pem` of an authority, and `server.pem`, `client.pem` and their keys,
 * `server.key` and `client.key`, which it vouches for: both are for 127.0.0.1 and localhost.
 */
export async function writeCertificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
    if (!success) throw new Error(`Cannot make certificates: ${new TextDecoder().decode(stderr)}`);
  };
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  await openssl(...request, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem");
  for (const name of ["server", "client"]) {
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=CA:FALSE"];
    const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
    await openssl(...request, ...signed, ...names, "-keyout", `${name}.key`, "-out", `${name}.pem`);
  }
}
