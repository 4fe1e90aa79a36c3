// Mail that lands in a folder, for journeys that go on by a mail.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./harness.mjs";

const MAIL_MS = 15_000;
const SENDMAIL = `#!/bin/sh
cd "$(dirname "$0")"
file=$(mktemp new.XXXXXX)
cat > "$file"
mv "$file" "mail.\${file#new.}"
`;

/** A folder that mail lands in: the options for Rejoinder, and `mail(words)`, which waits for one with these words. */
export async function mailbox(context) {
  const folder = await mkdtemp(join(tmpdir(), "rejoinder-mail-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const command = join(folder, "sendmail");
  await writeFile(command, SENDMAIL, { mode: 0o755 });
  const all = async () => {
    const names = (await readdir(folder)).filter((name) => name.startsWith("mail."));
    return Promise.all(names.map(async (name) => [name, decoded(await readFile(join(folder, name), "utf8"))]));
  };
  const mail = (words) => until(MAIL_MS, `a mail with “${words}”`, async () => (await all()).find(([, text]) => text.includes(words))?.[1]);
  /** The same, and forgets it. */
  const take = async (words) => {
    const text = await mail(words);
    for (const [name, found] of await all()) if (found === text) await rm(join(folder, name));
    return text;
  };
  return { options: ["--sendmail", command], mail, take };
}

/** Text without quoted-printable, which is the only encoding of a text in ASCII with long lines. */
const decoded = (text) =>
  /^Content-Transfer-Encoding: quoted-printable/m.test(text)
    ? text.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    : text;

/** The first link of a mail to this path. */
export const linkIn = (text, path) => text.match(new RegExp(`https?://[^\\s>]+${path}[^\\s>]+`))[0];

/** The code in a mail. */
export const codeIn = (text) => text.match(/Your code: (\d{3} \d{3})/)[1];
