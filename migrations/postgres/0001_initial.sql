-- The first schema. The same tables, columns and indexes stand in both folders; a test compares them.
-- Times are milliseconds since the epoch; names are WordPress's where WordPress has the thing.

-- What this instance is and its secrets: one row a key.
CREATE TABLE instance (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE sites (
    id BIGINT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    home TEXT NOT NULL,                 -- the blog's address, WordPress's option of this name
    siteurl TEXT,                       -- where the site's doors are, when not under the server's own address
    title TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    next_post_id BIGINT NOT NULL,
    next_comment_id BIGINT NOT NULL,
    next_linkback_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL          -- when its address, title or an option last changed
);

CREATE TABLE site_options (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (site_id, name)
);

CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    url TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    deleted_at BIGINT,                 -- by its owner: nobody finds it any more, and its number is never another's
    super_admin BOOLEAN NOT NULL,       -- administrator of every site, as in a WordPress network
    comment_shortcuts BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_email ON accounts (email_key);
CREATE INDEX accounts_super_admin ON accounts (id) WHERE super_admin;

CREATE TABLE members (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (site_id, account_id)
);

CREATE TABLE posts (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    account_id BIGINT,                  -- its author, when that is a member
    comment_status TEXT NOT NULL,
    ping_status TEXT NOT NULL,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    comment_count BIGINT NOT NULL,      -- approved ones, linkbacks included
    version BIGINT NOT NULL,            -- raised by whatever changes what readers see
    changed_at BIGINT NOT NULL,         -- when that last was
    PRIMARY KEY (site_id, id)
);

-- Every spelling by which a post is known, as a key (model/permalink).
CREATE TABLE post_urls (
    site_id BIGINT NOT NULL,
    url_key TEXT NOT NULL,
    post_id BIGINT NOT NULL,
    PRIMARY KEY (site_id, url_key),
    FOREIGN KEY (site_id, post_id) REFERENCES posts (site_id, id) ON DELETE CASCADE
);

CREATE TABLE comments (
    site_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    parent_id BIGINT,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_email TEXT NOT NULL,
    author_url TEXT NOT NULL,
    author_ip TEXT NOT NULL,
    agent TEXT NOT NULL,
    account_id BIGINT,
    proven_by TEXT NOT NULL,            -- by whose word its author was logged in, as shown then; empty: a guest
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    reason TEXT NOT NULL,               -- the rule that decided its first status
    author_key TEXT NOT NULL,           -- name, folded: WordPress compares without case and accents
    email_key TEXT NOT NULL,            -- e-mail, folded
    duplicate_key BIGINT NOT NULL,      -- hash of post, parent, folded name and folded text
    idempotency_key TEXT,               -- of the client's request, so that a repeated one is answered alike
    status_before TEXT,                 -- what it was before spam or trash
    status_changed_at BIGINT,           -- when it went to spam or trash
    edited_at BIGINT,                    -- when its own author last changed its text
    announced_at BIGINT,                 -- when its post's author and its subscribers were told of it
    PRIMARY KEY (site_id, id),
    FOREIGN KEY (site_id, post_id) REFERENCES posts (site_id, id) ON DELETE CASCADE
);
CREATE INDEX comments_thread ON comments (site_id, post_id, created_at);
CREATE INDEX comments_queue ON comments (site_id, status, created_at, id, type);
CREATE INDEX comments_by_ip ON comments (site_id, author_ip, created_at);
CREATE INDEX comments_by_email ON comments (site_id, email_key, created_at);
CREATE INDEX comments_by_account ON comments (site_id, account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX comments_duplicate ON comments (site_id, duplicate_key);
CREATE INDEX comments_account ON comments (site_id, account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX comments_parent ON comments (site_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX comments_idempotency ON comments (site_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Claims that a source links to a target, as they were received; a verified one has its comment.
CREATE TABLE linkbacks (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    protocol TEXT NOT NULL,
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    target TEXT NOT NULL,
    target_key TEXT NOT NULL,
    post_id BIGINT,                     -- null until the target is known to be a post
    state TEXT NOT NULL,                -- claimed, registered, refused
    refusal TEXT,                       -- the name of the refusal, when it was refused
    comment_id BIGINT,
    client_ip TEXT NOT NULL,
    agent TEXT NOT NULL,
    said TEXT,                          -- what a trackback says of itself, as JSON
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (site_id, id)
);
CREATE UNIQUE INDEX linkbacks_pair ON linkbacks (site_id, source_key, target_key);
CREATE INDEX linkbacks_refused ON linkbacks (site_id, finished_at) WHERE state = 'refused';
CREATE INDEX linkbacks_comment ON linkbacks (site_id, comment_id) WHERE comment_id IS NOT NULL;

-- Pictures that were asked of a site's picture server, by the token in their address (actions/avatars).
CREATE TABLE avatars (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    variant TEXT NOT NULL,              -- how it was asked for
    media_type TEXT,
    image BYTEA,                         -- null while it is fetched, and for who has none
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,                  -- when the server last said what it has
    PRIMARY KEY (site_id, token)
);

-- The outbox: work that was decided together with its cause.
CREATE TABLE jobs (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    site_id BIGINT,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,                 -- work, mail: jobs of one do not wait for those of the other
    payload TEXT NOT NULL,
    unique_key TEXT,                    -- at most one such job at a time
    state TEXT NOT NULL,                -- waiting, running, dead
    run_at BIGINT NOT NULL,
    holder TEXT,                         -- the process that runs it
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, lane, run_at);
CREATE INDEX jobs_of_site ON jobs (site_id, state, lane);
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL;

-- Readers who asked to be told of new comments by mail. Nobody is told before the address is confirmed.
CREATE TABLE subscriptions (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    comment_id BIGINT NOT NULL,          -- answers to this comment; 0: every comment of the post
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,            -- e-mail, folded
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (site_id, id),
    FOREIGN KEY (site_id, post_id) REFERENCES posts (site_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX subscriptions_address ON subscriptions (site_id, email_key, post_id, comment_id);
CREATE INDEX subscriptions_post ON subscriptions (site_id, post_id, id);
CREATE INDEX subscriptions_unconfirmed ON subscriptions (site_id, created_at) WHERE confirmed_at IS NULL;

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,                -- desk: everything its account may; reader: writing comments, no more
    identity_id BIGINT,                -- by which it began; null: by a password
    csrf_token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);

-- Log-ins on their way from the window where they were made into the frame that opened it (actions/claim_handover).
CREATE TABLE handovers (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    challenge BYTEA NOT NULL,            -- SHA-256 of what the frame alone knows
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    identity_id BIGINT,
    lasting BOOLEAN NOT NULL,   -- whether the browser is to keep the log-in when it closes
    session_hash BYTEA,                  -- the session that was begun with it, in whose place a token may come once
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, challenge)
);

-- Passwords that an account gives to programs, each revocable by itself.
CREATE TABLE application_passwords (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uuid TEXT NOT NULL,
    app_id TEXT NOT NULL,               -- the UUID that the program gave itself, may be empty
    name TEXT NOT NULL,
    find_key BIGINT NOT NULL,           -- keyed hash of the password: which row a password is to be checked against
    hash TEXT NOT NULL,                 -- argon2id in PHC form
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    last_ip TEXT,
    PRIMARY KEY (account_id, uuid)
);

-- Who somebody is by the word of a provider (GitHub, an OpenID issuer, a Mastodon instance): what it said last.
CREATE TABLE identities (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,             -- its kind: github, oidc, mastodon
    provider_name TEXT NOT NULL,        -- as shown: GitHub, mastodon.social
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,              -- never changes and is never given to another; names and e-mails are no keys
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    picture TEXT NOT NULL,
    email TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identities_subject ON identities (issuer, subject);
CREATE INDEX identities_account ON identities (account_id, id);

-- Identities that were deleted, as keyed hashes, so that what they once decided is not decided twice.
CREATE TABLE identity_tombstones (
    hash BYTEA NOT NULL PRIMARY KEY,
    deleted_at BIGINT NOT NULL
);

-- By which providers one can log in on a site.
CREATE TABLE providers (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    id TEXT NOT NULL,                   -- stands in the address that the provider sends people back to
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,               -- empty: the kind's own
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    settings TEXT NOT NULL,             -- JSON: what differs from the kind's entry (model/provider)
    enabled BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    last_error_at BIGINT,
    last_used_at BIGINT,
    PRIMARY KEY (site_id, id)
);

-- Client numbers that this server got by itself, from issuers that give them to anybody who asks.
CREATE TABLE client_registrations (
    site_id BIGINT NOT NULL,
    provider_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, provider_id, issuer, redirect_uri),
    FOREIGN KEY (site_id, provider_id) REFERENCES providers (site_id, id) ON DELETE CASCADE
);

-- Tokens of single sign-on that were used, until nobody would believe them any more.
CREATE TABLE sso_tokens (
    site_id BIGINT NOT NULL,
    provider_id TEXT NOT NULL,
    jti_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, provider_id, jti_hash),
    FOREIGN KEY (site_id, provider_id) REFERENCES providers (site_id, id) ON DELETE CASCADE
);
CREATE INDEX sso_tokens_expiry ON sso_tokens (expires_at);

-- Log-ins under way at a provider. Each is taken once.
CREATE TABLE log_ins (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    site_id BIGINT NOT NULL,
    provider_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    browser_hash BYTEA NOT NULL,         -- of the cookie of the browser that began it
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,             -- of PKCE
    details TEXT NOT NULL,              -- JSON: where and as whom the answer is redeemed
    return_to TEXT NOT NULL,
    handover BYTEA,                      -- the challenge of the frame that waits for it
    linking_account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (site_id, provider_id) REFERENCES providers (site_id, id) ON DELETE CASCADE
);
CREATE INDEX log_ins_expiry ON log_ins (expires_at);

-- What was mailed to an address, so that whoever reads it can prove that: a code to type and a link. Each works once.
CREATE TABLE mailed_codes (
    site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    purpose TEXT NOT NULL,              -- log_in, register, reset, comment
    email TEXT NOT NULL,
    address_key TEXT NOT NULL,          -- e-mail, folded and without what follows a plus: by which mails are counted
    handle TEXT NOT NULL,               -- by which the window that waits for the code names it
    browser_hash BYTEA,                -- of the cookie of the browser that waits; null: any that has code or link
    code_hash BYTEA NOT NULL,          -- keyed
    token_hash BYTEA,                  -- of what stands in the link; null: the link was used
    tries BIGINT NOT NULL,              -- of the code
    comment_id BIGINT,                  -- the comment that waits for it
    details TEXT NOT NULL,              -- JSON: what happens when it is proven
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    proven_at BIGINT,                   -- when code or link were right
    used_at BIGINT,                     -- when that led to something: it does once
    PRIMARY KEY (site_id, id)
);
CREATE UNIQUE INDEX mailed_codes_handle ON mailed_codes (handle);
CREATE UNIQUE INDEX mailed_codes_token ON mailed_codes (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX mailed_codes_address ON mailed_codes (address_key, created_at);
CREATE INDEX mailed_codes_expiry ON mailed_codes (expires_at);
CREATE INDEX mailed_codes_comment ON mailed_codes (site_id, comment_id) WHERE comment_id IS NOT NULL;

-- Who decided what, and when.
CREATE TABLE audit (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    site_id BIGINT,
    at BIGINT NOT NULL,
    account_id BIGINT,
    actor TEXT NOT NULL,                -- login, or the command or rule that acted
    action TEXT NOT NULL,
    comment_id BIGINT,
    post_id BIGINT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_site ON audit (site_id, at);
CREATE INDEX audit_account ON audit (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_comment ON audit (site_id, comment_id) WHERE comment_id IS NOT NULL;
