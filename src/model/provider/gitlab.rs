//! GitLab: gitlab.com, or any instance, whose address is the issuer.

use super::Kind;

pub(super) const GITLAB: Kind = Kind {
    name: "gitlab",
    label: "GitLab",
    icon: "gitlab.svg",
    issuer: "https://gitlab.com",
    takes_issuer: true,
    ..Kind::OPEN_ID
};
