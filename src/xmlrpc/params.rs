//! The parameters of a call by their position, with PHP's casts (WP 7.1 §3.1), and the members that a
//! caller may choose from an answer.

use super::codec::Value;
use super::fault::Fault;
use super::log_in::Caller;
use super::methods::Context;

/// See the module. What is missing is `None`, 0 or empty, as the cast has it.
pub(super) struct Params(Vec<Value>);

impl Params {
    /// A single array stands for its items: `f(["a", "b"])` is `f("a", "b")` (WP 7.1 D-2).
    pub(super) fn new(params: Vec<Value>) -> Self {
        Self(match <[Value; 1]>::try_from(params) {
            Ok([Value::Array(items)]) => items,
            Ok([other]) => vec![other],
            Err(params) => params,
        })
    }

    /// The same; fewer than `least` are a 400 (WP 7.1 D-3).
    pub(super) fn at_least(least: usize, params: Vec<Value>) -> Result<Self, Fault> {
        let params = Self::new(params);
        if params.0.len() < least { Err(Fault::insufficient_arguments()) } else { Ok(params) }
    }

    /// All of them.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.0
    }

    /// Who calls, by the name at this position and the password after it.
    pub(super) async fn log_in(&self, context: &Context, at: usize) -> Result<Caller, Fault> {
        context.log_in(self.get(at), self.get(at + 1)).await
    }

    pub(super) fn get(&self, at: usize) -> Option<&Value> {
        self.0.get(at)
    }

    pub(super) fn int(&self, at: usize) -> i64 {
        self.get(at).map_or(0, Value::to_int)
    }

    pub(super) fn text(&self, at: usize) -> String {
        self.get(at).map(Value::to_text).unwrap_or_default()
    }

    /// A member of the struct at this position.
    pub(super) fn member(&self, at: usize, name: &str) -> Option<&Value> {
        self.get(at)?.member(name)
    }

    pub(super) fn member_text(&self, at: usize, name: &str) -> String {
        self.member(at, name).map(Value::to_text).unwrap_or_default()
    }

    /// A number of things in a filter: `default` when it is not named, never more than `most`, which 0
    /// stands for too. A minus does not count.
    pub(super) fn number(&self, at: usize, default: i64, most: i64) -> i64 {
        match self.member(at, "number").map(|v| v.to_int().saturating_abs()) {
            None => default,
            Some(0) => most,
            Some(number) => number.min(most),
        }
    }

    /// How many are left out before them.
    pub(super) fn offset(&self, at: usize) -> i64 {
        self.member(at, "offset").map_or(0, |v| v.to_int().saturating_abs())
    }

    /// The texts of an array, or the one text; `None` when there is neither.
    pub(super) fn names(&self, at: usize) -> Option<Vec<String>> {
        Some(match self.get(at)? {
            Value::Array(items) => items.iter().map(Value::to_text).collect(),
            Value::Struct(members) => members.iter().map(|(_, value)| value.to_text()).collect(),
            one => vec![one.to_text()],
        })
    }
}

/// Which members of a struct are wanted: each by its name, or by that of a group.
#[derive(Clone)]
pub(super) struct Fields(Vec<String>);

impl Fields {
    /// Those at this position; `default` when there are none.
    pub(super) fn read(params: &Params, at: usize, default: &[&str]) -> Self {
        let given = params.names(at);
        Self(given.unwrap_or_else(|| default.iter().map(|name| (*name).to_owned()).collect()))
    }

    /// Whether this member or group is wanted by its name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|n| n == name)
    }

    /// These and more.
    pub(super) fn and(&self, more: &[&str]) -> Self {
        Self(self.0.iter().cloned().chain(more.iter().map(|name| (*name).to_owned())).collect())
    }

    /// Of the members of a group those that are wanted, in the group's order.
    pub(super) fn of<const N: usize>(&self, group: &str, members: [(&str, Value); N]) -> Vec<(String, Value)> {
        let is_whole = self.has(group);
        members.into_iter().filter(|(n, _)| is_whole || self.has(n)).map(|(n, v)| (n.to_owned(), v)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_default_and_a_bound_which_none_at_all_means_too() {
        let number = |value| Params(vec![Value::object([("number", value)])]).number(0, 10, 500);
        for (given, expected) in
            [(Value::Int(5), 5), (Value::Int(-5), 5), ("7x".into(), 7), (Value::Int(0), 500), ("x".into(), 500)]
        {
            assert_eq!(number(given.clone()), expected, "{given:?}");
        }
        assert_eq!((number(Value::Int(500)), number(Value::Int(501)), number(Value::Int(i64::MIN))), (500, 500, 500));
        assert_eq!(Params(vec![]).number(0, 10, 500), 10);
    }

    #[test]
    fn members_are_chosen_by_name_or_by_group_and_keep_their_order() {
        let members = || [("a", Value::Int(1)), ("b", Value::Int(2))];
        let chosen = |fields: &[&str]| {
            let fields = Fields(fields.iter().map(|f| (*f).to_owned()).collect()).of("all", members());
            fields.into_iter().map(|(name, _)| name).collect::<Vec<_>>().concat()
        };
        for (fields, expected) in
            [(&["all"][..], "ab"), (&["b", "a"], "ab"), (&["b"], "b"), (&["all", "b"], "ab"), (&["c"], ""), (&[], "")]
        {
            assert_eq!(chosen(fields), expected, "{fields:?}");
        }
        assert!(Fields::read(&Params(vec![]), 0, &["all"]).has("all"));
        assert!(!Fields::read(&Params(vec![Value::Array(vec![])]), 0, &["all"]).has("all"));
    }
}
