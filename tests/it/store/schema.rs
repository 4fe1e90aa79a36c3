//! The two schemas are one: the same tables, columns, keys, indexes and references, in each engine's types.

use std::collections::BTreeSet;

use rejoinder::store::Db;
use rejoinder::store::db::{Row, Sql};

use super::Kept;
use crate::harness::Engine;

/// What there is, one line a thing, read from the engine's own catalogue.
async fn described(db: &Db, statement: Sql) -> BTreeSet<String> {
    let read = |row: &Row| row.get::<String>("line");
    db.fetch_all(statement, Vec::new(), read).await.unwrap().into_iter().collect()
}

/// `table.position column type null|not null`.
const COLUMNS: Sql = Sql::Each {
    sqlite: "SELECT m.name || '.' || c.cid || ' ' || c.name || ' ' || c.type \
            || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' not null' ELSE ' null' END AS line \
        FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> '_sqlx_migrations'",
    postgres: "SELECT table_name || '.' || (ordinal_position - 1) || ' ' || column_name || ' ' \
            || CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' \
                WHEN 'bytea' THEN 'BLOB' ELSE data_type END \
            || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE ' null' END AS line \
        FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'",
};

/// `table (columns) unique partial name`, primary keys and unique constraints without a name.
const INDEXES: Sql = Sql::Each {
    sqlite: "SELECT m.name || ' (' || (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')' \
            || CASE WHEN i.\"unique\" = 1 THEN ' unique' ELSE '' END || CASE WHEN i.partial = 1 THEN ' partial' ELSE '' END \
            || CASE WHEN i.origin = 'c' THEN ' ' || i.name ELSE '' END AS line \
        FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name <> '_sqlx_migrations' \
        UNION ALL SELECT m.name || ' (' || c.name || ') unique' FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name <> '_sqlx_migrations' AND c.pk = 1 \
            AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    postgres: "SELECT t.relname || ' (' || (SELECT string_agg(pg_get_indexdef(x.indexrelid, k, true), ',' ORDER BY k) \
                FROM generate_series(1, x.indnkeyatts) k) || ')' \
            || CASE WHEN x.indisunique THEN ' unique' ELSE '' END || CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END \
            || CASE WHEN EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u')) THEN '' ELSE ' ' || i.relname END AS line \
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
        WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND t.relname <> '_sqlx_migrations'",
};

/// `table.column -> table.column on delete action`.
const REFERENCES: Sql = Sql::Each {
    sqlite: "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete AS line \
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    postgres: "SELECT t.relname || '.' || a.attname || ' -> ' || r.relname || '.' || b.attname || ' ' \
            || CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE CAST(c.confdeltype AS TEXT) END AS line \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (here, there) \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.there \
        WHERE c.contype = 'f' AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
};

#[tokio::test]
async fn both_schemas_are_alike_on_postgres() {
    let (sqlite, postgres) = (Kept::on(Engine::Sqlite).await, Kept::on(Engine::Postgres).await);
    for (what, statement, least) in [("columns", COLUMNS, 80), ("indexes", INDEXES, 20), ("references", REFERENCES, 8)]
    {
        let (ours, theirs) = (described(sqlite.db(), statement).await, described(postgres.db(), statement).await);
        let only_ours: Vec<_> = ours.difference(&theirs).collect();
        let only_theirs: Vec<_> = theirs.difference(&ours).collect();
        assert!(
            only_ours.is_empty() && only_theirs.is_empty(),
            "{what}: SQLite only {only_ours:#?}, PostgreSQL only {only_theirs:#?}"
        );
        assert!(ours.len() >= least, "{what}: {ours:#?}");
    }
}

/// Data is keyed by its site first, so that many sites can be spread over several servers.
#[tokio::test]
async fn what_belongs_to_a_site_is_keyed_by_the_site_first() {
    let kept = Kept::on(Engine::Sqlite).await;
    let indexes = described(kept.db(), INDEXES).await;
    for table in [
        "site_options",
        "members",
        "posts",
        "post_urls",
        "comments",
        "linkbacks",
        "avatars",
        "subscriptions",
        "handovers",
        "providers",
        "client_registrations",
    ] {
        let keys: Vec<_> = indexes.iter().filter(|line| line.starts_with(&format!("{table} ("))).collect();
        assert!(!keys.is_empty(), "{table}");
        assert!(keys.iter().all(|line| line.starts_with(&format!("{table} (site_id,"))), "{keys:#?}");
    }
}
