// A certified OpenID provider, `oidc-provider`, as a process of its own: started by tests/clients/oidc.py and by the
// browser journey. The first line of standard input says as JSON what it is to be; each further one changes that while
// it runs, as an owner's settings would. Each is answered by one line: the address of its root.
//
//   keys     [[NAME, ALGORITHM], …]  what it signs with: the first that fits; a name keeps its key
//   clients  [{client_id, …}, …]     by RFC 7591's names
//   config   {…}                     further configuration of oidc-provider
//   asks_pkce, pairwise              rules that are functions there
//   names_itself                     false: an answer has no `iss`; and `says_so`: whether its metadata says it has one
//   claims   {…}                     of every person, beside `sub`
//   below    PATH                    of the issuer, behind its host
//   clock    SECONDS                 by which its clock is ahead

import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

console.info = console.log = console.error; // standard output is for answers

const PEOPLE = {
  name: "Ann of Kent",
  preferred_username: "ann",
  email: "ann@example.org",
  email_verified: true,
  website: "https://ann.example/",
};

const spec = {
  keys: [["one", "RS256"]],
  clients: [],
  config: {},
  asks_pkce: true,
  pairwise: false,
  names_itself: true,
  says_so: true,
  claims: PEOPLE,
  below: "",
  clock: 0,
};

const realNow = Date.now;
Date.now = () => realNow() + spec.clock * 1000;

const MADE_AS = {
  RS256: ["rsa", { modulusLength: 2048 }],
  PS256: ["rsa", { modulusLength: 2048 }],
  ES256: ["ec", { namedCurve: "P-256" }],
  ES512: ["ec", { namedCurve: "P-521" }],
  EdDSA: ["ed25519", {}],
  Ed25519: ["ed25519", {}],
};

const made = new Map();

function key([name, algorithm]) {
  if (!made.has(name)) {
    const [kind, options] = MADE_AS[algorithm];
    const jwk = generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" });
    made.set(name, { ...jwk, kid: name, use: "sig", alg: algorithm });
  }
  return made.get(name);
}

function provider(issuer) {
  const made = new Provider(issuer, {
    jwks: { keys: spec.keys.map(key) },
    clients: spec.clients,
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "website"], email: ["email", "email_verified"] },
    cookies: { keys: ["of this test only"] },
    pkce: { required: () => spec.asks_pkce },
    pairwiseIdentifier: (_context, accountId, client) =>
      createHash("sha256").update(`${client.sectorIdentifier} ${accountId}`).digest("hex"),
    subjectTypes: spec.pairwise ? ["pairwise"] : ["public"],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...spec.claims }) }),
    // Its own waits are the tests' steps.
    ttl: { AuthorizationCode: 60, IdToken: 300 },
    ...spec.config,
  });
  made.use(async (context, next) => {
    await next();
    const location = context.response.get("location");
    if (!spec.names_itself && location.includes("iss=")) {
      const to = new URL(location);
      to.searchParams.delete("iss");
      context.set("location", to.href);
    }
    if (!spec.says_so && context.path.startsWith("/.well-known/")) {
      const { authorization_response_iss_parameter_supported: _gone, ...rest } = context.body;
      context.body = rest;
    }
  });
  const answer = made.callback();
  const mount = spec.below.replace(/\/$/, "");
  return (request, response) => {
    request.originalUrl = request.url; // by which it finds out where it is mounted
    request.url = request.url.slice(mount.length);
    return answer(request, response);
  };
}

let answer;
const server = createServer((request, response) => answer(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

for await (const line of createInterface({ input: process.stdin })) {
  const { clock, ...change } = JSON.parse(line);
  spec.clock = clock ?? spec.clock;
  if (Object.keys(change).length > 0 || !answer) {
    Object.assign(spec, change);
    answer = provider(origin + spec.below);
  }
  process.stdout.write(`${origin}\n`);
}
server.closeAllConnections();
server.close();
