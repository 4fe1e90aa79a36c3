//! A code, or a link, to the visitor's own address: no provider is asked. Issuer and subject are `mailto:` and the
//! address in its one spelling (`model/mailed_code`). Worked by `actions/log_in_by_email`, which makes the identity
//! itself.

use super::{Asks, Flow, Kind, Needs};

pub(super) const EMAIL: Kind = Kind {
    name: "email",
    label: "E-mail",
    icon: "email.svg",
    issuer: "mailto:",
    flow: Flow::Email,
    needs: Needs::Mail,
    asks: Some(Asks { label: "Your email address", placeholder: "name@example.org" }),
    scopes: "",
    ..Kind::OPEN_ID
};
