//! The closed set of values that go into statements and come out of rows, for both engines.

use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, Postgres, Sqlite};

use crate::error::{Error, Result};
use crate::model::ids::{
    AccountId, CommentId, IdentityId, JobId, LinkbackId, MailedCodeId, PostId, SiteId, SubscriptionId,
};
use crate::model::time::Timestamp;

/// A value bound to a placeholder. Null lives inside each type, so that PostgreSQL always knows the type.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A 64-bit integer: ids, times, counts.
    Int(Option<i64>),
    /// Text without NUL, which PostgreSQL refuses.
    Text(Option<String>),
    /// A truth value.
    Bool(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($type:ty => $variant:ident, |$value:ident| $into:expr;)*) => {$(
        impl From<$type> for Arg {
            fn from($value: $type) -> Self {
                Self::$variant(Some($into))
            }
        }

        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $into))
            }
        }
    )*};
}

arg_from! {
    i64 => Int, |v| v;
    bool => Bool, |v| v;
    String => Text, |v| without_nul(v);
    &str => Text, |v| without_nul(v.to_owned());
    Vec<u8> => Bytes, |v| v;
    Timestamp => Int, |v| v.0;
    SiteId => Int, |v| v.0;
    PostId => Int, |v| v.0;
    CommentId => Int, |v| v.0;
    AccountId => Int, |v| v.0;
    LinkbackId => Int, |v| v.0;
    JobId => Int, |v| v.0;
    SubscriptionId => Int, |v| v.0;
    IdentityId => Int, |v| v.0;
    MailedCodeId => Int, |v| v.0;
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        value.as_str().into()
    }
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// The arguments of a statement, in the order of its placeholders.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::db::Arg::from($value)),*] };
}
pub(crate) use args;

/// Binds the arguments for SQLite.
pub(in crate::store) fn for_sqlite(args: Vec<Arg>) -> Result<SqliteArguments> {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(v) => bound.add(v),
            Arg::Text(v) => bound.add(v),
            Arg::Bool(v) => bound.add(v),
            Arg::Bytes(v) => bound.add(v),
        }
        .map_err(|e| Error::internal(format!("binding an argument: {e}")))?;
    }
    Ok(bound)
}

/// Binds the arguments for PostgreSQL.
pub(super) fn for_postgres(args: Vec<Arg>) -> Result<PgArguments> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(v) => bound.add(v),
            Arg::Text(v) => bound.add(v),
            Arg::Bool(v) => bound.add(v),
            Arg::Bytes(v) => bound.add(v),
        }
        .map_err(|e| Error::internal(format!("binding an argument: {e}")))?;
    }
    Ok(bound)
}

/// A row of either engine, read by column name.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The value of a column; an unknown name or another type is an internal error that names it.
    pub fn get<T: FromColumn>(&self, column: &'static str) -> Result<T> {
        T::from_column(self, column)
    }

    fn decode<T>(&self, column: &'static str) -> Result<T>
    where
        T: for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
        T: for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(|e| Error::internal(format!("reading column {column}: {e}")))
    }
}

/// What a column can be read as.
pub trait FromColumn: Sized {
    /// Reads the column of this name.
    fn from_column(row: &Row, column: &'static str) -> Result<Self>;
}

macro_rules! from_column {
    ($($type:ty)*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, column: &'static str) -> Result<Self> {
                row.decode(column)
            }
        }

        impl FromColumn for Option<$type> {
            fn from_column(row: &Row, column: &'static str) -> Result<Self> {
                row.decode(column)
            }
        }
    )*};
}

macro_rules! from_integer_column {
    ($($type:ident)*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, column: &'static str) -> Result<Self> {
                row.decode(column).map($type)
            }
        }

        impl FromColumn for Option<$type> {
            fn from_column(row: &Row, column: &'static str) -> Result<Self> {
                Ok(row.decode::<Option<i64>>(column)?.map($type))
            }
        }
    )*};
}

from_column! { i64 bool String Vec<u8> }
from_integer_column! { Timestamp SiteId PostId CommentId AccountId IdentityId LinkbackId JobId SubscriptionId MailedCodeId }
