//! What each kind says of somebody, its quirks one row each (identity-providers §7, "Profile").

use serde_json::{Value, json};

use super::*;
use crate::model::identity::ProvenIdentity;

/// What a provider of this kind makes of these answers.
fn profile(kind: &str, claims: &Value, answers: &[Value], by_browser: &Value) -> Option<Profile> {
    let kind = Kind::named(kind).expect("a kind");
    let provider = Provider { client_id: "app-1".into(), ..Provider::new(SiteId(1), "p", kind) };
    (kind.profile)(&Said { claims, answers, by_browser, issuer: "https://social.example", provider: &provider })
}

fn by_claims(kind: &str, claims: &Value) -> Profile {
    profile(kind, claims, &[], &Value::Null).expect("a profile")
}

fn by_answers(kind: &str, answers: &[Value]) -> Profile {
    profile(kind, &Value::Null, answers, &Value::Null).expect("a profile")
}

#[test]
fn kinds_have_names_of_their_own_and_addresses_that_are_some() {
    for (at, kind) in KINDS.iter().enumerate() {
        assert!(is_id(kind.name) && !kind.label.is_empty(), "{kind:?}");
        assert!(KINDS[..at].iter().all(|other| other.name != kind.name), "{}", kind.name);
        let provider = Provider::new(SiteId(1), "p", kind);
        let mut addresses = vec![provider.issuer()];
        if let Flow::OAuth2 { authorization_endpoint, token_endpoint, profile } = kind.flow {
            addresses.push(provider.address("authorization_endpoint", authorization_endpoint));
            addresses.push(provider.address("token_endpoint", token_endpoint));
            addresses.extend(profile.iter().map(|(name, address)| provider.address(name, address)));
        }
        for address in addresses.iter().filter(|address| !address.is_empty()) {
            let url = url::Url::parse(address).expect(address);
            let scheme = if kind.flow == Flow::Email { "mailto" } else { "https" };
            assert!(url.scheme() == scheme && !address.contains(['{', '}']), "{address}");
        }
        assert_eq!(
            provider.issuer().is_empty(),
            matches!(kind.needs, Needs::ClientAndIssuer | Needs::SharedSecret) || kind.flow.is_of_the_visitor(),
            "{}",
            kind.name
        );
    }
}

#[test]
fn a_setting_of_the_owner_goes_before_the_kinds_and_stands_in_addresses() {
    let mut provider = Provider::new(SiteId(1), "facebook", Kind::named("facebook").expect("a kind"));
    assert_eq!(provider.address("x", "https://f.example/{version}/y"), "https://f.example/v26.0/y");
    provider.settings.insert("version".into(), "v30.0".into());
    assert_eq!(provider.address("x", "https://f.example/{version}/y"), "https://f.example/v30.0/y");
    provider.settings.insert("x".into(), "https://stub.example/{version}".into());
    assert_eq!(provider.address("x", "https://f.example/{version}/y"), "https://stub.example/v30.0");
    let microsoft = Provider::new(SiteId(1), "microsoft", Kind::named("microsoft").expect("a kind"));
    assert_eq!(microsoft.issuer(), "https://login.microsoftonline.com/common/v2.0");
}

#[test]
fn ids_stand_in_addresses() {
    let longest = "a".repeat(ID_BYTES_MAX);
    for (text, is_one) in [
        ("github", true),
        ("oidc-2", true),
        ("", false),
        ("A", false),
        ("a/b", false),
        ("a b", false),
        (&longest, true),
        (&format!("{longest}a"), false),
    ] {
        assert_eq!(is_id(text), is_one, "{text}");
    }
}

#[test]
fn an_openid_profile_takes_the_claims_and_fills_them_from_userinfo() {
    let claims = json!({"sub": "1", "email": "a@example.org", "email_verified": true});
    let userinfo = json!({"sub": "1", "name": "Ann", "email": "b@example.org", "website": "https://ann.example"});
    let said = profile("oidc", &claims, &[userinfo], &Value::Null).expect("a profile");
    assert_eq!(
        (said.name.as_str(), said.email.as_str(), said.url.as_str()),
        ("Ann", "a@example.org", "https://ann.example")
    );
    assert!(said.email_verified);
    assert_eq!(profile("oidc", &json!({}), &[json!({"sub": "1"})], &Value::Null), None, "the ID token has the subject");
}

#[test]
fn a_null_name_is_the_next_name() {
    let claims = json!({"sub": "1", "name": null, "preferred_username": "ann", "nickname": "a"});
    assert_eq!(by_claims("oidc", &claims).name, "ann");
    assert_eq!(by_claims("oidc", &json!({"sub": "1", "name": " ", "nickname": "a"})).name, "a");
    assert_eq!(by_answers("github", &[json!({"id": 1, "name": null, "login": "ann"})]).name, "ann");
}

#[test]
fn a_verified_address_is_a_boolean_or_a_text_that_says_true_and_nothing_else() {
    for (said, is_verified) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (json!("yes"), false),
        (json!(1), false),
        (json!(null), false),
        (json!([true]), false),
    ] {
        let claims = json!({"sub": "1", "email": "a@icloud.com", "email_verified": said});
        for kind in ["apple", "oidc", "wordpress-com"] {
            assert_eq!(by_claims(kind, &claims).email_verified, is_verified, "{kind} {said}");
        }
    }
    assert!(!by_claims("oidc", &json!({"sub": "1", "email": "a@b.example"})).email_verified, "missing is no");
}

#[test]
fn microsofts_address_is_never_proven_and_its_key_is_tenant_and_number() {
    let claims = json!({"sub": "pairwise", "iss": "https://login.microsoftonline.com/t-1/v2.0", "tid": "t-1", "oid": "o-1", "name": "Ann",
        "email": "victim@example.org", "email_verified": true, "xms_edov": true});
    let said = by_claims("microsoft", &claims);
    assert!(!said.email_verified);
    assert_eq!(said.issuer.as_deref(), Some("https://login.microsoftonline.com/t-1/v2.0"));
    assert_eq!(said.subject, "o-1");
    for missing in ["iss", "tid", "oid"] {
        let mut claims = claims.clone();
        claims.as_object_mut().expect("an object").remove(missing);
        assert_eq!(profile("microsoft", &claims, &[], &Value::Null), None, "{missing}");
    }
}

#[test]
fn google_vouches_for_its_own_mailboxes_only() {
    for (email, hd, is_verified) in [
        ("ann@gmail.com", json!(null), true),
        ("ann@GMAIL.com", json!(null), true),
        ("ann@example.org", json!("example.org"), true),
        ("ann@example.org", json!(null), false),
        ("ann@notgmail.com", json!(null), false),
    ] {
        let claims = json!({"sub": "1", "email": email, "email_verified": true, "hd": hd});
        assert_eq!(by_claims("google", &claims).email_verified, is_verified, "{email} {hd}");
    }
}

#[test]
fn githubs_address_is_the_one_that_is_primary_and_verified() {
    let user = json!({"id": 7, "login": "ann", "name": "Ann", "blog": "ann.example", "html_url": "https://github.com/ann",
        "email": "victim@example.org"});
    for (emails, email) in [
        (json!([{"email": "a@example.org", "primary": true, "verified": true}]), "a@example.org"),
        (
            json!([{"email": "b@example.org", "primary": false, "verified": true},
                {"email": "a@example.org", "primary": true, "verified": true}]),
            "a@example.org",
        ),
        (
            json!([{"email": "a@example.org", "primary": true, "verified": false},
                {"email": "b@example.org", "primary": false, "verified": true}]),
            "",
        ),
        (json!([{"email": "a@example.org", "primary": true, "verified": false}]), ""),
        (json!([]), ""),
        (json!({"message": "Requires authentication"}), ""),
    ] {
        let said = by_answers("github", &[user.clone(), emails.clone()]);
        assert_eq!((said.email.as_str(), said.email_verified), (email, !email.is_empty()), "{emails}");
        assert_eq!((said.subject.as_str(), said.url.as_str()), ("7", "https://ann.example"));
    }
}

#[test]
fn github_is_keyed_by_number_and_not_by_login() {
    let renamed = by_answers("github", &[json!({"id": 7, "login": "ann-new"})]);
    let taken = by_answers("github", &[json!({"id": 8, "login": "ann"})]);
    let before = by_answers("github", &[json!({"id": 7, "login": "ann"})]);
    assert_eq!((&renamed.subject, &taken.subject), (&before.subject, &"8".to_owned()));
    for id in [json!("7"), json!(null), json!(7.5), json!(-7)] {
        assert_eq!(profile("github", &Value::Null, &[json!({"id": id, "login": "ann"})], &Value::Null), None, "{id}");
    }
}

#[test]
fn facebooks_number_is_of_the_app_and_its_address_is_not_proven() {
    let said = by_answers(
        "facebook",
        &[json!({"id": "10", "name": "Ann", "email": "a@example.org",
        "picture": {"data": {"url": "https://f.example/p"}}})],
    );
    assert_eq!(said.issuer.as_deref(), Some("https://www.facebook.com/app-1"));
    assert_eq!(
        (said.subject.as_str(), said.picture.as_str(), said.email_verified),
        ("10", "https://f.example/p", false)
    );
    assert_eq!(by_answers("facebook", &[json!({"id": "10", "name": "Ann"})]).email, "", "no address at all");
}

#[test]
fn x_wraps_its_answer_in_data() {
    let said = by_answers(
        "x",
        &[json!({"data": {"id": "9", "name": "Ann", "username": "ann_x",
        "confirmed_email": "a@example.org"}})],
    );
    assert_eq!((said.subject.as_str(), said.url.as_str(), said.email_verified), ("9", "https://x.com/ann_x", true));
    assert_eq!(profile("x", &Value::Null, &[json!({"id": "9", "name": "Ann"})], &Value::Null), None);
    assert_eq!(by_answers("x", &[json!({"data": {"id": "9", "username": "a/../evil"}})]).url, "");
}

#[test]
fn discord_says_whether_the_address_is_verified_and_pictures_may_move() {
    for (user, email_verified, picture) in [
        (
            json!({"id": "5", "username": "ann", "avatar": "abc", "email": "a@example.org", "verified": true}),
            true,
            "https://cdn.discordapp.com/avatars/5/abc.png",
        ),
        (
            json!({"id": "5", "username": "ann", "avatar": "a_bc", "email": "a@example.org", "verified": false}),
            false,
            "https://cdn.discordapp.com/avatars/5/a_bc.gif",
        ),
        (json!({"id": "5", "username": "ann", "avatar": null}), false, ""),
        (json!({"id": "5", "username": "ann", "avatar": "../../x"}), false, ""),
    ] {
        let said = by_answers("discord", std::slice::from_ref(&user));
        assert_eq!((said.email_verified, said.picture.as_str()), (email_verified, picture), "{user}");
    }
}

#[test]
fn wordpress_coms_older_door_says_whether_the_account_is_verified() {
    for (verified, is_verified) in [(json!(true), true), (json!(false), false), (json!(null), false)] {
        let me = json!({"ID": 12, "display_name": "Ann", "email": "a@example.org", "verified": verified});
        let said = by_answers("wordpress-com-connect", &[me]);
        assert_eq!((said.subject.as_str(), said.email_verified), ("12", is_verified), "{verified}");
    }
}

#[test]
fn apples_name_comes_by_the_browser_the_first_time_only_and_nothing_else_does() {
    let claims = json!({"sub": "000.1", "email": "a@privaterelay.appleid.com", "email_verified": "true"});
    let user =
        json!({"name": {"firstName": "Ann", "lastName": "of Kent"}, "email": "victim@example.org", "sub": "999"});
    let first = profile("apple", &claims, &[], &user).expect("a profile");
    assert_eq!(
        (first.name.as_str(), first.email.as_str(), first.subject.as_str()),
        ("Ann of Kent", "a@privaterelay.appleid.com", "000.1")
    );
    assert_eq!(by_claims("apple", &claims).name, "");
}

#[test]
fn mastodons_actor_lives_on_the_instance_that_was_asked() {
    for (uri, url, subject) in [
        (
            json!("https://social.example/users/ann"),
            "https://social.example/@ann",
            Some("https://social.example/users/ann"),
        ),
        (json!(null), "https://social.example/@ann", Some("https://social.example/@ann")),
        (json!("https://evil.example/users/ann"), "https://social.example/@ann", None),
        (json!("https://social.example.evil.example/users/ann"), "https://social.example/@ann", None),
        (json!("http://social.example/users/ann"), "https://social.example/@ann", None),
        (json!("acct:ann@social.example"), "https://social.example/@ann", None),
    ] {
        let account = json!({"id": "1", "username": "ann", "display_name": ":cat: Ann", "url": url, "uri": uri});
        let said = profile("mastodon", &Value::Null, &[account], &Value::Null);
        assert_eq!(said.as_ref().map(|said| said.subject.as_str()), subject, "{uri}");
        assert!(said.is_none_or(|said| said.name == " Ann" && said.email.is_empty()));
    }
}

#[test]
fn an_indieauth_profile_is_proven_in_its_address_only() {
    let said = by_answers(
        "indieauth",
        &[
            json!({"me": "https://ann.example/", "profile": {"name": "Ann", "email": "v@example.org", "url": "https://evil.example/"}}),
        ],
    );
    assert_eq!(
        (said.issuer.as_deref(), said.subject.as_str(), said.url.as_str()),
        (Some("indieauth"), "https://ann.example/", "https://ann.example/")
    );
    assert_eq!((said.name.as_str(), said.email.as_str(), said.email_verified), ("Ann", "", false));
    assert_eq!(by_answers("indieauth", &[json!({"me": "https://ann.example/"})]).name, "ann.example");
}

#[test]
fn nothing_a_profile_says_can_break_a_kind() {
    for kind in KINDS {
        for hostile in [
            json!(null),
            json!([]),
            json!("x"),
            json!({"id": {}, "ID": [], "data": "x", "sub": 1.5, "picture": {"data": 1}}),
        ] {
            let answers = [hostile.clone(), hostile.clone()];
            if let Some(said) = profile(kind.name, &hostile, &answers, &hostile) {
                let identity = ProvenIdentity {
                    provider: kind.name.into(),
                    provider_name: kind.label.into(),
                    issuer: kind.issuer.into(),
                    subject: said.subject,
                    name: said.name,
                    url: said.url,
                    picture: said.picture,
                    email: said.email,
                    email_verified: said.email_verified,
                };
                assert!(!identity.has_key(), "{}: {hostile} gives {identity:?}", kind.name);
            }
        }
    }
}
